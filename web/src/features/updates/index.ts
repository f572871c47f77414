/** New versions of the client: kept ready, offered, never forced. */
import i18next from "i18next";
import { toast } from "@/design";
import { follow, reloadWhenOutdated } from "./worker";

/** Called once, when the page has started. */
export function watchUpdates(): void {
  reloadWhenOutdated();
  void follow((update) =>
    toast({
      text: i18next.t("alerts:update.ready"),
      action: { label: i18next.t("alerts:update.take"), onSelect: update },
      stays: true,
    }),
  ).catch(() => undefined); // The client runs without a worker as well.
}
