/** Opening the one menu of all rows. */
import {
  useCallback,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type TouchEvent,
} from "react";
import type { MenuPlace } from "@/design";
import type { Id } from "@/wire/types";

interface Place {
  readonly chat: Id;
  readonly place: MenuPlace;
  /** Has the focus again when the menu closes. */
  readonly from: HTMLElement | null;
}

type Pressed = KeyboardEvent | MouseEvent | TouchEvent;

const LONG_PRESS = 500;
// No finger keeps quite still.
const SLOP = 10;

/**
 * The one menu of all rows: at the pointer (right click, long press), at the row (menu key,
 * Shift+F10), or under the row's own button.
 */
export function useRowMenu() {
  const [at, setAt] = useState<Place | null>(null);
  const press = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pressed = useRef(false);
  const start = useRef({ x: 0, y: 0 });

  const openAt = useCallback((chat: Id, button: Element) => {
    setAt({ chat, place: button, from: button instanceof HTMLElement ? button : null });
  }, []);

  const open = (event: Pressed, point?: { readonly x: number; readonly y: number }) => {
    const row = rowOf(event);
    if (!row) return;
    const link = row.querySelector<HTMLElement>("a");
    setAt({ chat: row.dataset["chat"]!, place: point ?? row, from: link });
  };
  const release = () => clearTimeout(press.current);
  const letGo = (event: TouchEvent) => {
    release();
    // Else the end of the press is a click, beside the menu or into the chat.
    if (pressed.current) event.preventDefault();
    pressed.current = false;
  };

  const handlers = {
    onContextMenu: (event: MouseEvent) => {
      if (!rowOf(event)) return;
      event.preventDefault();
      // A key that opens menus comes as a key as well.
      if (isPointed(event)) open(event, { x: event.clientX, y: event.clientY });
    },
    onKeyDown: (event: KeyboardEvent) => {
      const menuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
      if (!menuKey || !rowOf(event)) return;
      event.preventDefault();
      open(event);
    },
    onTouchStart: (event: TouchEvent) => {
      release();
      const point = pointOf(event);
      if (event.touches.length !== 1 || !point || !rowOf(event)) return;
      start.current = point;
      press.current = setTimeout(() => {
        pressed.current = true;
        open(event, point);
      }, LONG_PRESS);
    },
    onTouchMove: (event: TouchEvent) => {
      const point = pointOf(event);
      const { x, y } = start.current;
      if (!point || Math.hypot(point.x - x, point.y - y) > SLOP) release();
    },
    onTouchEnd: letGo,
    onTouchCancel: release,
  };
  return { at, openAt, close: useCallback(() => setAt(null), []), handlers };
}

function pointOf({ touches }: TouchEvent) {
  const touch = touches[0];
  return touch && { x: touch.clientX, y: touch.clientY };
}

/** Asked for by a mouse, a pen or a finger. */
function isPointed({ button, nativeEvent }: MouseEvent): boolean {
  return button === 2 || (nativeEvent instanceof PointerEvent && nativeEvent.pointerType !== "");
}

function rowOf(event: Pressed): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-chat]") : null;
}
