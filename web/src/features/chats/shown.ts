/** What the person has set the list to show; kept while another screen is in its place. */
import { create } from "zustand";
import { subscribe } from "@/state";
import type { Shown } from "./items";

interface Setting extends Shown {
  readonly query: string;
}

const EVERYTHING: Setting = { filter: "all", archived: false, query: "" };

export const useShown = create<Setting>(() => EVERYTHING);

// Somebody else begins anew.
subscribe((state, before) => {
  if (state.user !== before.user) show(EVERYTHING);
});

/** Show something else. */
export function show(change: Partial<Setting>): void {
  useShown.setState(change);
}
