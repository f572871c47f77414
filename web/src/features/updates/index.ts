/** New versions of the client: kept ready, offered, never forced. */
import i18next from "i18next";
import { toast } from "@/design";
import { subscribe } from "@/state";
import { follow, holdBuild, lookNowAndThen, reloadWhenOutdated } from "./worker";

/** Called once, when the page has started. */
export function watchUpdates(): void {
  reloadWhenOutdated();
  holdBuild();
  lookNowAndThen();
  register();
  subscribe((state, before) => {
    const signedIn = state.phase === "ready" && before.phase !== "ready";
    // Without a network on the way, the worker did not come to be.
    const back = state.link.status === "online" && before.link.status !== "online";
    if (signedIn || back) register();
  });
}

function register(): void {
  follow(offer).catch(() => undefined); // The client runs without a worker as well.
}

function offer(update: () => void): void {
  toast({
    text: i18next.t("alerts:update.ready"),
    action: { label: i18next.t("alerts:update.take"), onSelect: update },
    stays: true,
  });
}
