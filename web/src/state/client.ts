/** The one client of this page, and the hook by which screens read its state. */
import { useStore } from "zustand";
import type { Client } from "./contract";
import type { State } from "./model";
import type { Files } from "./tab/files";
import { Tab } from "./tab/tab";

const tab = new Tab();

export const client: Client = tab;

/** Files of one's own on their way, as this tab shows them. */
export const localFiles: Files = tab.files;

/** Re-renders when the result changes. */
export function useChinwag<T>(select: (state: State) => T): T {
  return useStore(tab.state, select);
}

/** The state as it is now, for what happens outside of rendering. */
export function now(): State {
  return tab.state.getState();
}

/** Call `changed` with each change; gives the way to end it. */
export function subscribe(changed: (state: State, before: State) => void): () => void {
  return tab.state.subscribe(changed);
}
