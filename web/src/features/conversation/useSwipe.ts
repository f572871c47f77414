/** On a touch screen: a message pulled towards the end of the line is answered. */
import { useEffect, useRef, type RefObject } from "react";
import type { Item, MessageItem } from "./items";

/** Pulled this far in pixels, it is meant; it goes no further than the second. */
const MEANT = 52;
const FURTHEST = 72;
/** The browser's own gestures begin at the edges of the screen. */
const EDGE = 28;

interface Pull {
  readonly item: MessageItem;
  readonly row: HTMLElement;
  readonly x: number;
  readonly y: number;
  far: number;
  /** Whether it goes along the line (and not up or down); null: not decided. */
  along: boolean | null;
}

export function useSwipe(
  scroller: RefObject<HTMLElement | null>,
  items: readonly Item[],
  onReply: ((item: MessageItem) => void) | null,
): void {
  const latest = useRef({ items, onReply });
  useEffect(() => {
    latest.current = { items, onReply };
  });
  useEffect(() => {
    const element = scroller.current;
    return element ? listen(element, () => latest.current) : undefined;
  }, [scroller]);
}

interface Latest {
  readonly items: readonly Item[];
  readonly onReply: ((item: MessageItem) => void) | null;
}

function listen(element: HTMLElement, latest: () => Latest): () => void {
  const life = new AbortController();
  const options = { passive: true, signal: life.signal };
  let pull: Pull | null = null;
  const end = (meant: boolean): void => {
    if (!pull) return;
    const { item, row, far } = pull;
    pull = null;
    row.style.translate = "";
    delete row.dataset["pull"];
    row.style.transition = "translate var(--quick) var(--ease)";
    if (meant && far >= MEANT) latest().onReply?.(item);
  };
  const begin = (event: TouchEvent): void => {
    end(false);
    if (event.touches.length === 1 && latest().onReply) pull = begun(event, latest().items);
  };
  const move = (event: TouchEvent): void => {
    const touch = event.touches[0];
    if (!pull || !touch) return;
    const side = getComputedStyle(element).direction === "rtl" ? -1 : 1;
    const [dx, dy] = [(touch.clientX - pull.x) * side, Math.abs(touch.clientY - pull.y)];
    if (pull.along === null && Math.max(Math.abs(dx), dy) > 10) pull.along = dx > 1.5 * dy;
    if (pull.along === false) {
      end(false);
      return;
    }
    if (pull.along === null) return;
    const before = pull.far;
    pull.far = Math.max(0, Math.min(FURTHEST, dx - 10));
    if (before < MEANT && pull.far >= MEANT) buzz();
    pull.row.dataset["pull"] = pull.far >= MEANT ? "meant" : "";
    pull.row.style.transition = "none";
    pull.row.style.translate = `${pull.far * side}px`;
  };
  element.addEventListener("touchstart", begin, options);
  element.addEventListener("touchmove", move, options);
  element.addEventListener("touchend", () => end(true), options);
  element.addEventListener("touchcancel", () => end(false), options);
  return () => {
    end(false);
    life.abort();
  };
}

/** Safari has no such thing. */
function buzz(): void {
  if ("vibrate" in navigator) navigator.vibrate(8);
}

function begun(event: TouchEvent, items: readonly Item[]): Pull | null {
  const touch = event.touches[0]!;
  if (touch.clientX < EDGE || touch.clientX > window.innerWidth - EDGE) return null;
  if (!(event.target instanceof Element) || event.target.closest("pre, a, [data-drags]"))
    return null;
  const row = event.target.closest<HTMLElement>("[data-key]");
  const item = items.find((it) => it.key === row?.dataset["key"]);
  if (!row || item?.kind !== "message" || !("event" in item.said)) return null;
  return { item, row, x: touch.clientX, y: touch.clientY, far: 0, along: null };
}
