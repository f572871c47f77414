/** What the person has set the list to show; kept while another screen is in its place. */
import { create } from "zustand";
import type { Shown } from "./items";

interface Setting extends Shown {
  readonly query: string;
}

export const useShown = create<Setting>(() => ({ filter: "all", archived: false, query: "" }));

/** Show something else. */
export function show(change: Partial<Setting>): void {
  useShown.setState(change);
}
