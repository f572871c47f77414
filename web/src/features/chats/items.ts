/** The list as it is drawn: which rows stand in it, in which order. Pure. */
import { answersTo, chatTitle, found, people, type People } from "@/words";
import { unread, type Chat } from "@/state";
import type { Id, User } from "@/wire/types";

/** Which chats the person wants to see. */
export type Filter = "all" | "unread" | "groups";

export type Item =
  | { readonly kind: "chat"; readonly chat: Id }
  | { readonly kind: "person"; readonly user: User }
  | { readonly kind: "archived"; readonly waiting: number }
  | { readonly kind: "heading"; readonly of: "chats" | "people" };

export function keyOf(item: Item): string {
  switch (item.kind) {
    case "chat":
      return item.chat;
    case "person":
      return `@${item.user.id}`;
    default:
      return item.kind === "heading" ? `# ${item.of}` : "# archived";
  }
}

/** Headings are passed over by the arrow keys. */
export function stops(item: Item): boolean {
  return item.kind !== "heading";
}

export interface Shown {
  readonly filter: Filter;
  readonly archived: boolean;
}

/** What the list is made from: `rows` and `archived` in their order. */
export interface Known {
  readonly rows: readonly Chat[];
  readonly archived: readonly Chat[];
  readonly open: Id | null;
  /** Chats in which something is being written, or waits to be sent. */
  readonly written: ReadonlySet<Id>;
}

/** The chats to browse. */
export function browsed(known: Known, shown: Shown): readonly Item[] {
  if (shown.archived) return known.archived.map(asItem);
  const rows = known.rows.filter((it) => begun(it, known) && passes(it, shown.filter, known.open));
  const items = rows.map(asItem);
  if (known.archived.length === 0 || shown.filter !== "all") return items;
  return [{ kind: "archived", waiting: known.archived.filter(waits).length }, ...items];
}

/** A chat of two that somebody only opened is none yet. */
function begun(chat: Chat, { open, written }: Known): boolean {
  return chat.kind !== "direct" || chat.count > 0 || chat.id === open || written.has(chat.id);
}

/** Chats and people that answer to a query: by title, or by the handle of the other person. */
export function searched(
  state: People,
  rows: readonly Chat[],
  wanted: readonly string[],
  foundThere: readonly User[],
): readonly Item[] {
  const chats = rows.filter((chat) => answers(state, chat, wanted));
  const shown = new Set(chats.map((chat) => chat.peer));
  const known = [...state.users.values()].filter((it) => !it.gone);
  const others = people(known, foundThere, wanted).filter(
    (it) => it.id !== state.user && !shown.has(it.id),
  );
  return [
    ...(chats.length ? [{ kind: "heading", of: "chats" } as const, ...chats.map(asItem)] : []),
    ...(others.length ? [{ kind: "heading", of: "people" } as const] : []),
    ...others.map((user) => ({ kind: "person", user }) as const),
  ];
}

function answers(state: People, chat: Chat, wanted: readonly string[]): boolean {
  const peer = chat.peer === undefined ? undefined : state.users.get(chat.peer);
  return peer ? answersTo(peer, wanted) : found(chatTitle(state, chat), wanted) !== null;
}

function passes(chat: Chat, filter: Filter, open: Id | null): boolean {
  if (filter === "groups") return chat.kind === "group";
  // The open one stays while it is being read.
  return filter === "all" || waits(chat) || chat.id === open;
}

/** Whether something in the chat waits for its reader. */
export function waits(chat: Chat): boolean {
  return unread(chat) > 0 || (chat.mine.unread ?? false);
}

function asItem(chat: Chat): Item {
  return { kind: "chat", chat: chat.id };
}
