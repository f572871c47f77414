import { useEffect, useRef, type RefObject } from "react";
import type { Front } from "./place";

const usable = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.isConnected &&
  element.checkVisibility({ visibilityProperty: true });

/**
 * The focus goes along with the column in front: one that went out of sight, or was closed, would
 * keep it or lose it to the top of the page. It comes back to where it was in the column, else to
 * the column itself. A column that has placed the focus by itself keeps it; details, which do not,
 * are given it, so that one is at what one asked for, and give it back to what they were opened from.
 */
export function useFocusFollowing(front: Front): RefObject<HTMLDivElement | null> {
  const columns = useRef<HTMLDivElement>(null);
  const left = useRef(new Map<string, Element>());
  const before = useRef(front);
  const opener = useRef<Element | null>(null);

  useEffect(() => {
    const { current: page } = columns;
    const remember = ({ target }: FocusEvent) => {
      const column = target instanceof Element && target.closest("[data-column]");
      if (column) left.current.set(column.id, target);
    };
    page?.addEventListener("focusin", remember);
    return () => page?.removeEventListener("focusin", remember);
  }, []);

  useEffect(() => {
    if (before.current === front) return;
    const from = before.current;
    before.current = front;
    if (front === "details") opener.current = left.current.get(`column-${from}`) ?? null;
    const active = document.activeElement;
    const column = document.getElementById(`column-${front}`);
    const placed = front === "details" ? column?.contains(active) : active !== document.body;
    if (placed && usable(active)) return;
    const opened = from === "details" ? opener.current : null;
    const last = left.current.get(`column-${front}`) ?? null;
    const goal = [opened, last].find(usable) ?? column;
    goal?.focus({ preventScroll: true });
  }, [front]);

  return columns;
}
