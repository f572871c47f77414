/** The files in the dialog before they are sent. Pure: a list, and what happens to it. */
import type { Looked } from "./looked";

/** At once; more would bury a conversation. */
export const MOST = 100;

export interface Item {
  readonly id: string;
  readonly file: File;
  readonly url: string;
  readonly caption: string;
  /** The caption was written in the composer, where it stands until the file is sent. */
  readonly drafted: boolean;
  /** Null: it is being looked at. */
  readonly looked: Looked | null;
}

export interface Parcels {
  readonly items: readonly Item[];
  /** The one that is shown large. */
  readonly shown: string;
  /** Pictures and videos go as the files they are. */
  readonly asDocuments: boolean;
}

export type Change =
  | { readonly type: "add"; readonly items: readonly Item[] }
  | { readonly type: "clear" }
  | { readonly type: "remove"; readonly id: string }
  | { readonly type: "show"; readonly id: string }
  | { readonly type: "caption"; readonly id: string; readonly text: string }
  | { readonly type: "looked"; readonly id: string; readonly looked: Looked }
  | { readonly type: "asDocuments"; readonly on: boolean };

export function changed(parcels: Parcels, change: Change): Parcels {
  const { items, shown } = parcels;
  const amend = (id: string, part: Partial<Item>): Parcels => ({
    ...parcels,
    items: items.map((item) => (item.id === id ? { ...item, ...part } : item)),
  });
  switch (change.type) {
    case "add": {
      const all = [...items, ...change.items].slice(0, MOST);
      return { ...parcels, items: all, shown: change.items[0]?.id ?? shown };
    }
    case "clear":
      return { ...parcels, items: [], shown: "" };
    case "remove": {
      const place = items.findIndex(({ id }) => id === change.id);
      const left = items.filter(({ id }) => id !== change.id);
      const next = left[Math.min(place, left.length - 1)];
      return { ...parcels, items: left, shown: shown === change.id ? (next?.id ?? "") : shown };
    }
    case "show":
      return { ...parcels, shown: change.id };
    case "caption":
      return amend(change.id, { caption: change.text });
    case "looked":
      return amend(change.id, { looked: change.looked });
    case "asDocuments":
      return { ...parcels, asDocuments: change.on };
  }
}

export function total(items: readonly Item[]): number {
  return items.reduce((sum, { file }) => sum + file.size, 0);
}

/** What is in the way of sending a file. */
export type Fault = "empty" | "tooLarge";

/** `limit`: bytes that the server takes of one file. */
export function faultOf({ file }: Item, limit: number): Fault | null {
  if (file.size === 0) return "empty";
  return file.size > limit ? "tooLarge" : null;
}
