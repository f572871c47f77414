/** Going back: the browser's own way where it leads to the right place. */
import { useEffectEvent, useLayoutEffect } from "react";
import { navigate } from "wouter/use-browser-location";

/** An entry of the browser's history. */
interface Step {
  readonly path: string;
  /** How many dialogs, menus and the like stand in front of the page: going back closes the last. */
  readonly over: number;
}

/** Those of this visit by how deep they are; what came before is unknown. */
const trail: (Step | undefined)[] = [];
let depth = 0;

/** What is in front of the page, and how to close it. */
const inFront: (() => void)[] = [];

/** What to do where a leap of our own has led. */
let landing: (() => void) | null = null;

const here = () => location.pathname + location.search;

/** Pages that are passed through on the way to a chat, and of no use once one is there. */
const ON_THE_WAY = /^\/(new|join)(\/|$)/;

if (typeof window !== "undefined") {
  depth = kept("depth") ?? 0;
  note();
  // wouter tells of these on the window; popstate is the browser's.
  addEventListener("pushState", () => {
    trail.length = depth + 1;
    depth += 1;
    note();
  });
  addEventListener("replaceState", () => {
    if (kept("depth") !== depth) note();
  });
  // Before others hear of it: nothing of a place that is only passed through is shown.
  addEventListener("popstate", come, { capture: true });
}

/** What the entry says of itself: one may come back to it from anywhere. */
function kept(what: "depth" | "over"): number | null {
  const state = history.state as Readonly<Record<string, unknown>> | null;
  const value = state?.[what];
  return typeof value === "number" ? value : null;
}

function note(): void {
  const over = kept("over") ?? 0;
  trail[depth] = { path: here(), over };
  history.replaceState({ depth, over }, "");
}

function come(): void {
  const left = trail[depth];
  const onward = kept("depth") ?? depth;
  const stepped = onward === depth - 1;
  depth = onward;
  const now = { path: here(), over: kept("over") ?? 0 };
  trail[depth] = now;
  const land = landing;
  landing = null;
  if (land) land();
  else if (stepped && left && left.over > now.over && left.path === now.path) {
    // What was closed by other means has left its entry, which is passed over.
    if (inFront.length >= left.over) inFront.at(-1)?.();
    else history.back();
  }
}

function leap(to: number, land: () => void): void {
  landing = land;
  history.go(to - depth);
}

/** How deep the page is, without what stands in front of it. */
function ground(): number {
  let at = depth;
  while ((trail[at]?.over ?? 0) > 0 && trail[at - 1]) at -= 1;
  return at;
}

/** On to `to`, which takes the place of the page. */
export function swap(to: string): void {
  const at = ground();
  const land = () => navigate(to, { replace: true });
  if (at === depth) land();
  else leap(at, land);
}

/**
 * To `up`, the place above this one. If one came from there, that is a step back in the browser's
 * history, so that its back button does not lead into the place just left; else it takes its place.
 */
export function goUp(up: string): void {
  const at = ground() - 1;
  if (trail[at]?.path === up) leap(at, () => undefined);
  else swap(up);
}

/**
 * On to `to`, which was made or found on the pages passed through until here. They are left
 * behind: from there, back leads to where one had been before all of them.
 */
export function arrive(to: string): void {
  let first = depth;
  while (ON_THE_WAY.test(trail[first - 1]?.path ?? "")) first -= 1;
  const land = () => navigate(to, { replace: true });
  // One may have gone elsewhere while it was being made.
  if (!ON_THE_WAY.test(here())) navigate(to);
  else if (trail[first - 1]?.path === to) leap(first - 1, () => undefined);
  else if (first === depth) land();
  else leap(first, land);
}

/** There, back is a button of its own or a gesture, and no key closes what is in front. */
const PHONE = "(max-width: 44.99rem), (pointer: coarse)";

/** On a phone, going back calls `close`, for as long as `open`, and leads nowhere. */
export function useBack(open: boolean, close: () => void): void {
  const closeNow = useEffectEvent(close);
  // As soon as it can be seen, one may go back from it.
  useLayoutEffect(() => {
    if (!open || !window.matchMedia(PHONE).matches) return;
    const mine = () => closeNow();
    inFront.push(mine);
    const over = inFront.length;
    if ((trail[depth]?.over ?? 0) < over) history.pushState({ over }, "");
    return () => {
      inFront.splice(inFront.indexOf(mine), 1);
    };
  }, [open]);
}
