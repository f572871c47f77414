/** Going back: the browser's own way where it leads to the right place. */
import { navigate } from "wouter/use-browser-location";

/** Paths of this visit by how deep in the browser's history they are; what came before is unknown. */
const trail: (string | undefined)[] = [];
let depth = 0;

const here = () => location.pathname + location.search;

/** Pages that are passed through on the way to a chat, and of no use once one is there. */
const ON_THE_WAY = /^\/(new|join)(\/|$)/;

if (typeof window !== "undefined") {
  depth = depthOf(history.state) ?? 0;
  note();
  // wouter tells of these on the window; popstate is the browser's.
  addEventListener("pushState", () => {
    trail.length = depth + 1;
    depth += 1;
    note();
  });
  addEventListener("replaceState", () => {
    if (depthOf(history.state) !== depth) note();
    else trail[depth] = here();
  });
  const come = () => {
    depth = depthOf(history.state) ?? depth;
    trail[depth] = here();
  };
  addEventListener("popstate", come, { capture: true });
}

function depthOf(state: unknown): number | null {
  const kept = typeof state === "object" && state !== null && "depth" in state && state.depth;
  return typeof kept === "number" ? kept : null;
}

/** The entry itself says how deep it is: one may come back to it from anywhere. */
function note(): void {
  trail[depth] = here();
  history.replaceState({ depth }, "");
}

/**
 * To `up`, the place above this one. If one came from there, that is a step back in the browser's
 * history, so that its back button does not lead into the place just left; else it takes its place.
 */
export function goUp(up: string): void {
  if (trail[depth - 1] === up) history.back();
  else navigate(up, { replace: true });
}

/**
 * On to `to`, which was made or found on the pages passed through until here. They are left
 * behind: from there, back leads to where one had been before all of them.
 */
export function arrive(to: string): void {
  let first = depth;
  while (ON_THE_WAY.test(trail[first - 1] ?? "")) first -= 1;
  const land = () => navigate(to, { replace: true });
  // One may have gone elsewhere while it was being made.
  if (!ON_THE_WAY.test(here())) navigate(to);
  else if (trail[first - 1] === to) history.go(first - 1 - depth);
  else if (first === depth) land();
  else {
    // Before others hear of it: nothing of the page in between is shown.
    addEventListener("popstate", land, { capture: true, once: true });
    history.go(first - depth);
  }
}
