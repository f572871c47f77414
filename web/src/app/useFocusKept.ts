import { useEffect } from "react";

const WRITING = "input:not([type=checkbox], [type=radio]), textarea";
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
    const mend = () => {
      const [last] = trail;
      if (!isNowhere() || !last || usable(last)) return;
      const place = trail.find((it) => it.isConnected && it.checkVisibility());
      if (place) enter(place);
    };
    const mendSoon = () => {
      const [last] = trail;
      if (!last || (last.isConnected && !isOff(last))) return;
      // Whoever took it away may know better where it belongs.
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        frame = requestAnimationFrame(mend);
      });
    };
    // Not every browser tells of a focus that went with its element. Only what it stands in is
    // watched, and the place of dialogs: what comes and goes elsewhere costs nothing.
    const observer = new MutationObserver(mendSoon);
    const follow = (next: Element[]) => {
      trail = next;
      observer.disconnect();
      observer.observe(document.body, { childList: true });
      for (const it of trail) {
        observer.observe(it, { childList: true, attributeFilter: ["disabled"] });
      }
    };
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof Element && target.closest("[data-column]")) follow(around(target));
    };
    const forget = ({ target }: FocusEvent) => {
      queueMicrotask(() => {
        if (!isNowhere() || target !== trail[0]) return;
        // Who clicks beside everything takes it away on purpose.
        if (usable(target as Element)) follow([]);
        else mendSoon();
      });
    };
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
  const touched = matchMedia("(pointer: coarse)").matches;
  for (const it of around(place)) {
    const stop = [...it.querySelectorAll<HTMLElement>(STOPS)].find(
      (each) =>
        each.tabIndex >= 0 &&
        usable(each) &&
        // It would bring up the keyboard of a phone.
        !(touched && each.matches(WRITING)),
    );
    const goal = stop ?? (it.hasAttribute("data-column") ? it : null);
    if (!(goal instanceof HTMLElement)) continue;
    goal.focus({ preventScroll: goal === it });
    return;
  }
}
