/** The list as it is drawn: which rows stand in it, in which order. Pure. */
import { answersTo, chatTitle, found, people, userName, type People } from "@/words";
import { unread, type Chat } from "@/state";
import type { Id, Member, User } from "@/wire/types";

/** Which chats the person wants to see. */
export type Filter = "all" | "unread" | "groups";

/** Chats, people, and groups in which people are that answer to a query. */
export type Section = "chats" | "people" | "with";

export type Item =
  /** `via`: a member because of whom it was found. */
  | { readonly kind: "chat"; readonly chat: Id; readonly via?: string }
  | { readonly kind: "person"; readonly user: User }
  | { readonly kind: "archived"; readonly waiting: number }
  | { readonly kind: "heading"; readonly of: Section };

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

/** What is looked through. */
export interface Library extends People {
  /** All chats, in the order of the list. */
  readonly rows: readonly Chat[];
  /** Members of groups, as far as they are known. */
  readonly members: ReadonlyMap<Id, readonly Member[]>;
}

/**
 * What answers to a query: chats by their title, people and their chats by name or handle, and
 * groups by their members.
 */
export function searched(
  library: Library,
  wanted: readonly string[],
  foundThere: readonly User[],
): readonly Item[] {
  const chats = library.rows.filter((chat) => answers(library, chat, wanted));
  const shown = new Set(chats.map((chat) => chat.peer));
  const known = [...library.users.values()].filter((it) => !it.gone);
  const answering = people(known, foundThere, wanted).filter((it) => it.id !== library.user);
  const others = answering.filter((it) => !shown.has(it.id));
  return [
    ...section("chats", chats.map(asItem)),
    ...section(
      "people",
      others.map((user) => ({ kind: "person", user })),
    ),
    ...section("with", groupsWith(library, answering, new Set(chats))),
  ];
}

function section(of: Section, items: readonly Item[]): readonly Item[] {
  return items.length > 0 ? [{ kind: "heading", of }, ...items] : [];
}

// Who types one letter of a common name means somebody, not all groups.
const FEW = 20;

function groupsWith(
  { rows, members }: Library,
  answering: readonly User[],
  shown: ReadonlySet<Chat>,
): readonly Item[] {
  const names = new Map(answering.map((it) => [it.id, userName(it)]));
  const items: Item[] = [];
  for (const chat of rows) {
    if (shown.has(chat) || items.length === FEW) continue;
    const member = members.get(chat.id)?.find((it) => !it.left && names.has(it.user));
    if (member) items.push({ kind: "chat", chat: chat.id, via: names.get(member.user)! });
  }
  return items;
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
