import { useEffect } from "react";

const STOPS = "a[href], button, input, textarea, select, [tabindex]";

/**
 * What has the focus may go: a row that is deleted, a card that is skipped, whatever opened a dialog
 * and is no longer there when it closes. The browser would begin at the top of the page again; here
 * the focus goes to what stands nearest to where it was.
 */
export function useFocusKept(): void {
  useEffect(() => {
    // What had the focus in a column, and all that it stood in.
    let trail: Element[] = [];
    let frame = 0;
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof Element && target.closest("[data-column]")) trail = around(target);
    };
    const forget = ({ target }: FocusEvent) => {
      // Who clicks beside everything takes it away on purpose.
      queueMicrotask(() => {
        if (!isNowhere() || target !== trail[0]) return;
        if (usable(trail[0])) trail = [];
        else look();
      });
    };
    const mend = () => {
      if (!isNowhere() || trail.length === 0 || usable(trail[0]!)) return;
      const place = trail.find((it) => it.isConnected && it.checkVisibility());
      if (place) enter(place);
    };
    const look = () => {
      if (!isNowhere() || trail.length === 0) return;
      // Whoever took it away may know better where it belongs.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(mend);
      });
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, {
      childList: true,
      subtree: true,
      attributeFilter: ["disabled"],
    });
    document.addEventListener("focusin", remember);
    document.addEventListener("focusout", forget);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      document.removeEventListener("focusin", remember);
      document.removeEventListener("focusout", forget);
    };
  }, []);
}

function isNowhere(): boolean {
  return document.activeElement === document.body || document.activeElement === null;
}

function isOff(element: Element): boolean {
  return element.matches(":disabled");
}

function usable(element: Element): boolean {
  return (
    element.isConnected && !isOff(element) && element.checkVisibility({ visibilityProperty: true })
  );
}

/** From the element outwards to its column. */
function around(element: Element): Element[] {
  const found: Element[] = [];
  for (let it: Element | null = element; it; it = it.parentElement) {
    found.push(it);
    if (it.hasAttribute("data-column")) break;
  }
  return found;
}

/** The first stop in the place, or in what it stands in; at last the column itself. */
function enter(place: Element): void {
  for (const it of around(place)) {
    const stop = [...it.querySelectorAll<HTMLElement>(STOPS)].find(
      (each) =>
        each.tabIndex >= 0 && !isOff(each) && each.checkVisibility({ visibilityProperty: true }),
    );
    const goal = stop ?? (it.hasAttribute("data-column") ? it : null);
    if (!(goal instanceof HTMLElement)) continue;
    goal.focus({ preventScroll: goal === it });
    return;
  }
}
