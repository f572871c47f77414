/** The keyboard's way through the messages: one of them is reached by Tab, arrows lead on. */
import { useCallback, useLayoutEffect, useMemo, useState } from "react";
import type { FocusEvent, KeyboardEvent, RefObject } from "react";
import type { Item } from "./items";
import { openMenu } from "./openMenu";

interface Options {
  readonly items: readonly Item[];
  readonly scroller: RefObject<HTMLElement | null>;
  /** Scroll no further than it takes to have the item at `index` in sight. */
  readonly reveal: (index: number) => void;
  readonly onLeave: () => void;
}

export interface Roving {
  /** Key of the message that Tab leads to. */
  readonly current: string | undefined;
  /** Rows that stay while they are off screen: the focus is in one of them. */
  readonly kept: readonly number[];
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly focusLast: () => void;
  /** On a message that is scrolled to already; what is returned gives up the wish. */
  readonly focusOn: (key: string) => () => void;
}

const PAGE = 8;

export function useRoving({ items, scroller, reveal, onLeave }: Options): Roving {
  const [chosen, setChosen] = useState<string | null>(null);
  // What is to have the focus, as soon as it is there; a new object with each key.
  const [wanted, setWanted] = useState<{ readonly key: string } | null>(null);
  const index = useMemo(() => {
    const at = chosen === null ? -1 : items.findIndex((item) => item.key === chosen);
    return at >= 0 ? at : nearest(items, items.length - 1, -1);
  }, [items, chosen]);

  useLayoutEffect(() => {
    if (!wanted) return;
    const at = items.findIndex((item) => item.key === wanted.key);
    if (at < 0) return;
    reveal(at);
    return focusSoon(scroller.current, wanted.key);
    // Only a new wish moves the focus, not what comes and goes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted]);

  const go = (at: number): void => {
    const key = items[at]?.key;
    if (key === undefined) return;
    setChosen(key);
    setWanted({ key });
  };
  const focusLast = useCallback(() => {
    const key = items[nearest(items, items.length - 1, -1)]?.key;
    if (key === undefined) return;
    setChosen(key);
    setWanted({ key });
  }, [items]);

  const focusOn = useCallback(
    (key: string) => {
      setChosen(key);
      return focusSoon(scroller.current, key);
    },
    [scroller],
  );

  const onKeyDown = (event: KeyboardEvent): void => {
    const bubble = event.target instanceof HTMLElement ? event.target : null;
    // Buttons and code inside a message have keys of their own.
    if (bubble?.dataset["stop"] === undefined) return;
    if (event.key === "Enter" || event.key === " ") openMenu(bubble);
    else if (event.key === "Escape") onLeave();
    else if (event.key === "ArrowDown" && nearest(items, index + 1, 1) < 0) onLeave();
    else if (pastes(event)) {
      onLeave();
      return;
    } else {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const to = target(event.key, index, items);
      if (to >= 0) go(to);
      // Who begins to write here means the composer, which gets the key as well.
      else {
        if (/^\P{C}$/u.test(event.key)) onLeave();
        return;
      }
    }
    event.preventDefault();
  };
  const onFocus = (event: FocusEvent): void => {
    const key = event.target.closest<HTMLElement>("[data-key]")?.dataset["key"];
    if (key !== undefined) setChosen(key);
  };
  const kept = useMemo(() => (index < 0 ? [] : [index]), [index]);
  return { current: items[index]?.key, kept, onKeyDown, onFocus, focusLast, focusOn };
}

/** Into the composer, as what is typed here. It has the focus in time for it. */
function pastes({ key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && key.toLowerCase() === "v";
}

/** A row that has just been made is hidden until it is measured, and takes no focus until then. */
function focusSoon(scroller: HTMLElement | null, key: string): () => void {
  let [frame, tries] = [0, 20];
  const attempt = (): void => {
    const row = scroller?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const element = row?.querySelector<HTMLElement>("[data-stop]");
    element?.focus({ preventScroll: true });
    if (document.activeElement !== element && tries-- > 0) frame = requestAnimationFrame(attempt);
  };
  attempt();
  return () => cancelAnimationFrame(frame);
}

function target(key: string, index: number, items: readonly Item[]): number {
  switch (key) {
    case "ArrowUp":
      return Math.max(nearest(items, index - 1, -1), nearest(items, 0, 1));
    case "ArrowDown":
      return nearest(items, index + 1, 1);
    case "PageUp":
      return nearest(items, Math.max(0, index - PAGE), 1);
    case "PageDown":
      return nearest(items, Math.min(items.length - 1, index + PAGE), -1);
    case "Home":
      return nearest(items, 0, 1);
    case "End":
      return nearest(items, items.length - 1, -1);
    default:
      return -1;
  }
}

/** The first message from `from` on in the direction of `step`; -1: none. */
function nearest(items: readonly Item[], from: number, step: 1 | -1): number {
  for (let index = from; index >= 0 && index < items.length; index += step) {
    if (items[index]?.kind === "message") return index;
  }
  return -1;
}
