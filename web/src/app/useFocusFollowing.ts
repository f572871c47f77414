import { useEffect, useRef, type RefObject } from "react";
import type { Front } from "./place";

const usable = (element: Element | null): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.isConnected &&
  element.checkVisibility({ visibilityProperty: true });

/**
 * The focus goes along with the column in front: one that went out of sight, or was closed, would
 * keep it or lose it to the top of the page. It comes back to where it was in the column, else to
 * the column itself. A column that has placed the focus by itself keeps it.
 */
export function useFocusFollowing(front: Front): RefObject<HTMLDivElement | null> {
  const columns = useRef<HTMLDivElement>(null);
  const left = useRef(new Map<string, Element>());
  const before = useRef(front);

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
    before.current = front;
    const active = document.activeElement;
    if (active !== document.body && usable(active)) return;
    const column = document.getElementById(`column-${front}`);
    const last = left.current.get(`column-${front}`) ?? null;
    (usable(last) ? last : column)?.focus({ preventScroll: true });
  }, [front]);

  return columns;
}
