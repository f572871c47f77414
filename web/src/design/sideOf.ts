import type { VirtualizerHandle } from "virtua";

/**
 * At which side of `scroller` the row at `index` comes into sight; null: all of it is to be seen.
 * The list's own `nearest` goes by where the last frame stood, and is wrong after a second key.
 */
export function sideOf(
  scroller: HTMLElement,
  list: VirtualizerHandle,
  index: number,
): "start" | "end" | null {
  const top = list.getItemOffset(index) - scroller.scrollTop;
  if (top < 0) return "start";
  return top + list.getItemSize(index) > scroller.clientHeight ? "end" : null;
}
