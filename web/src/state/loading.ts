/** Whether the picture of a file is loaded: by the person's settings, or because they asked for it. */
import { useSyncExternalStore } from "react";
import { create } from "zustand";
import { metered, onMetered } from "@/net/metered";
import type { FileKind } from "@/wire/types";
import { useChinwag } from "./client";

/** Files that somebody asked for since the page was opened. */
const asked = create<ReadonlySet<string>>(() => new Set<string>());

function ask(id: string): void {
  asked.setState((before) => new Set([...before, id]), true);
}

/** `load` shows it all the same. A voice message has no picture: it is loaded when it is played. */
export function useLoaded(kind: FileKind, id: string): readonly [boolean, () => void] {
  const wish = useChinwag(({ preferences }) =>
    kind === "voice" ? "always" : preferences.autoLoad[kind],
  );
  const costly = useSyncExternalStore(onMetered, metered);
  const wanted = asked((ids) => ids.has(id));
  const loaded = wanted || wish === "always" || (wish === "wifi" && !costly);
  return [loaded, () => ask(id)];
}
