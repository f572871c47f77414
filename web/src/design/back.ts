/** Going back: the browser's own way where it leads to the right place. */
import { navigate } from "wouter/use-browser-location";

/** Paths of this visit, oldest first; the last one is where the page is. */
let trail: string[] = [];

const here = () => location.pathname + location.search;

if (typeof window !== "undefined") {
  trail = [here()];
  // wouter tells of these on the window; popstate is the browser's.
  addEventListener("pushState", () => trail.push(here()));
  addEventListener("replaceState", () => (trail[trail.length - 1] = here()));
  addEventListener("popstate", () => {
    if (trail.at(-2) === here()) trail.pop();
    else trail.push(here());
  });
}

/**
 * To `up`, the place above this one. If one came from there, that is a step back in the browser's
 * history, so that its back button does not lead into the place just left; else it takes its place.
 */
export function goUp(up: string): void {
  if (trail.at(-2) === up) history.back();
  else navigate(up, { replace: true });
}
