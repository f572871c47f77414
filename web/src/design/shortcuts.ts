/**
 * Keyboard shortcuts: one closed table, so that the help can list them and none is given twice.
 * Screens say what a name does while they are there; the last one to say so is asked first.
 */
import { useEffect, useEffectEvent } from "react";

/** `mod` is Ctrl, on a Mac Cmd. Order and groups are those of the help. */
export const SHORTCUTS = {
  search: { keys: "mod+k", group: "moving" },
  nextChat: { keys: "alt+arrowdown", group: "moving" },
  previousChat: { keys: "alt+arrowup", group: "moving" },
  nextUnread: { keys: "alt+shift+arrowdown", group: "moving" },
  close: { keys: "escape", group: "moving" },
  newChat: { keys: "alt+n", group: "doing" },
  newGroup: { keys: "alt+shift+n", group: "doing" },
  info: { keys: "alt+i", group: "doing" },
  settings: { keys: "mod+,", group: "doing" },
  help: { keys: "?", group: "doing" },
} as const;

export type ShortcutName = keyof typeof SHORTCUTS;

/** True if it has been done; false leaves the key to others. */
type Doing = () => boolean;

let singleKeys = true;

/** Whether shortcuts of one key alone are heard (WCAG 2.2, 2.1.4). */
export function hearSingleKeys(heard: boolean): void {
  singleKeys = heard;
}

const doings = new Map<ShortcutName, Doing[]>();

export const onMac =
  typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** What the key is called: its letter, on any layout that has Latin letters; else its place. */
function keyOf(event: KeyboardEvent): string {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const plain = /^[\x20-\x7e]$|^[A-Z][a-zA-Z]/.test(event.key) && event.key !== "Dead";
  return (plain || !letter ? event.key : letter).toLowerCase();
}

/** The pressed keys in the way that the table writes them. */
export function pressed(event: KeyboardEvent): string {
  const key = keyOf(event);
  const mod = onMac ? event.metaKey : event.ctrlKey;
  // Shift is part of a character such as '?', and a key of its own beside letters and arrows.
  const shift = event.shiftKey && (event.altKey || mod || key.length > 1);
  return [mod && "mod", event.altKey && "alt", shift && "shift", key].filter(Boolean).join("+");
}

const WRITING = "input:not([type=checkbox], [type=radio]), textarea, [contenteditable=true]";
const ELSEWHERE = "[role=dialog], [role=alertdialog], [role=menu], [role=listbox]";

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const keys = pressed(event);
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(ELSEWHERE)) return;
  if (keys.length === 1 && (!singleKeys || target.closest(WRITING))) return;
  for (const [name, stack] of doings) {
    if (SHORTCUTS[name].keys === keys && stack.findLast((doing) => doing())) {
      event.preventDefault();
      return;
    }
  }
}

/** `doing` answers the shortcut while the component is there; it may return false to pass. */
export function useShortcut(name: ShortcutName, doing: () => unknown): void {
  const current = useEffectEvent(() => doing() !== false);
  useEffect(() => {
    const mine: Doing = () => current();
    if (doings.size === 0) document.addEventListener("keydown", onKeyDown);
    doings.set(name, [...(doings.get(name) ?? []), mine]);
    return () => {
      const rest = doings.get(name)!.filter((other) => other !== mine);
      if (rest.length > 0) doings.set(name, rest);
      else doings.delete(name);
      if (doings.size === 0) document.removeEventListener("keydown", onKeyDown);
    };
  }, [name]);
}

const NAMES: Readonly<Record<string, string>> = onMac
  ? { mod: "⌘", alt: "⌥", shift: "⇧", escape: "Esc", arrowup: "↑", arrowdown: "↓", enter: "↵" }
  : {
      mod: "Ctrl",
      alt: "Alt",
      shift: "Shift",
      escape: "Esc",
      arrowup: "↑",
      arrowdown: "↓",
      enter: "Enter",
    };

/** The caps of the keys, as they stand on this machine's keyboard. */
export function keyCaps(keys: string): readonly string[] {
  return keys.split("+").map((key) => NAMES[key] ?? key.toUpperCase());
}
