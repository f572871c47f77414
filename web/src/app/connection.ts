/** What the quiet line says of the link to the server. */
import type { Link } from "@/state";

export type Telling =
  | { readonly say: "connecting" | "updating" | "waitingForNetwork" }
  /** Milliseconds until the next try. */
  | { readonly say: "retryIn"; readonly wait: number };

/** Trouble shorter than this is none: waking up and changing networks take about a second. */
export const PATIENCE = 1200;

/** Whether it has to last before it is told: what the browser itself says of the network has not. */
export function mayPass(link: Link): boolean {
  return !(link.status === "waiting" && link.offline);
}

export function tellingOf(link: Link, now: number): Telling | null {
  switch (link.status) {
    case "online":
      return null;
    case "connecting":
      return { say: "connecting" };
    case "syncing":
      return { say: "updating" };
    case "waiting":
      if (link.offline) return { say: "waitingForNetwork" };
      return link.retryAt - now < 1000
        ? { say: "connecting" }
        : { say: "retryIn", wait: link.retryAt - now };
  }
}
