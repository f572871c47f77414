/** What screens ask of the state. Pure; those that make lists remember the last one. */
import type { ChatEvent, Doing, Failure, Id, Millis, Seq } from "@/wire/types";
import { closed, present } from "./chats/membership";
import type { Chat, Pending, State, Tick } from "./model";

/** Messages of others that no device of this person has read, by the server's numbers. */
export function unread(chat: Chat): number {
  return Math.max(0, chat.count - (chat.mine.read_count ?? 0));
}

/** An unread message names the reader. */
export function mentioned(chat: Chat): boolean {
  return (chat.mine.mentioned ?? 0) > (chat.mine.read ?? 0);
}

export function muted(chat: Chat, now: Millis): boolean {
  return (chat.mine.muted_until ?? 0) > now;
}

/** Still in it; else its history can be read up to the end. */
export function isMember(chat: Chat): boolean {
  return present(chat.mine);
}

export function isAdmin(chat: Chat): boolean {
  return isMember(chat) && chat.kind === "group" && chat.mine.role === "admin";
}

/** Whether the reader has blocked the other one of a direct chat. */
export function blockedByMe(state: Pick<State, "account">, chat: Chat): boolean {
  return chat.peer !== undefined && (state.account?.blocked ?? []).includes(chat.peer);
}

export function mayPost(state: Pick<State, "account" | "users">, chat: Chat): boolean {
  if (chat.peer !== undefined && state.users.get(chat.peer)?.gone) return false;
  return closed(chat, state.account?.blocked) === null;
}

export function mayEdit(_: unknown, chat: Chat): boolean {
  return chat.kind === "group" && isMember(chat) && may(chat, chat.group?.edit_info);
}

export function mayAdd(_: unknown, chat: Chat): boolean {
  return chat.kind === "group" && isMember(chat) && may(chat, chat.group?.add_members);
}

function may(chat: Chat, who: "everyone" | "admins" = "everyone"): boolean {
  return who === "everyone" || chat.mine.role === "admin";
}

/** Why there is a red mark. */
export function failureOf(chat: Chat, seq: Seq): Failure | undefined {
  return chat.failures.find((it) => it.first <= seq && seq <= it.last);
}

/**
 * The mark beside an own message. In a group one unreachable member leaves `sent`; the reason
 * stands in message info.
 */
export function tick(state: Pick<State, "chats">, item: ChatEvent | Pending): Tick {
  if ("clientId" in item) return item.status === "failed" ? "failed" : "clock";
  const chat = state.chats.get(item.chat);
  if (!chat || chat.ticks.withheld?.includes(item.seq)) return "sent";
  if (item.seq <= (chat.ticks.read ?? 0)) return "read";
  if (item.seq <= (chat.ticks.delivered ?? 0)) return "delivered";
  return chat.kind === "direct" && failureOf(chat, item.seq) ? "failed" : "sent";
}

export interface Typists {
  readonly doing: Doing;
  readonly users: readonly Id[];
}

/** Who types; if nobody does, who records. */
export function typingIn(state: Pick<State, "typing">, chat: Id, now: Millis): Typists {
  const busy = [...(state.typing.get(chat) ?? [])].filter(([, { until }]) => until > now);
  const doing = busy.some(([, it]) => it.doing === "typing") ? "typing" : "recording";
  const users = busy.filter(([, it]) => it.doing === doing).map(([user]) => user);
  return { doing, users };
}

/** The one-to-one chat with `user` (with oneself: notes), if there is one. */
export function directWith(state: Pick<State, "chats" | "user">, user: Id): Chat | undefined {
  for (const chat of state.chats.values()) {
    if (user === state.user ? chat.kind === "self" : chat.peer === user) return chat;
  }
  return undefined;
}

export interface ChatQuery {
  readonly filter?: "all" | "unread" | "groups" | "archived";
  /** Part of a name; then also archived chats are found. */
  readonly query?: string;
}

/** The list: pinned first, then newest activity. The same value as long as nothing changed. */
export const chatRows = remembering(
  ({ chats, users, outbox }: State, filter: string, query: string): readonly Chat[] => {
    const wanted = plain(query);
    const written = new Map<Id, Millis>();
    for (const { chat, at } of outbox) written.set(chat, Math.max(at, written.get(chat) ?? 0));
    const newest = (chat: Chat) => Math.max(chat.at, written.get(chat.id) ?? 0);
    const matches = (chat: Chat) => plain(names(chat, users)).includes(wanted);
    return [...chats.values()]
      .filter((chat) => (wanted ? matches(chat) : belongs(chat, filter)))
      .sort(
        (a, b) =>
          (b.mine.pinned_at ?? 0) - (a.mine.pinned_at ?? 0) ||
          newest(b) - newest(a) ||
          (a.id < b.id ? 1 : -1),
      );
  },
);

/** For title and favicon: chats with something unread that are not muted, and with mentions. */
export function totalUnread(state: Pick<State, "chats">): {
  readonly chats: number;
  readonly mentions: number;
} {
  const now = Date.now();
  let chats = 0;
  let mentions = 0;
  for (const chat of state.chats.values()) {
    if (mentioned(chat)) mentions += 1;
    if (muted(chat, now) || chat.mine.archived) continue;
    if (unread(chat) || chat.mine.unread) chats += 1;
  }
  return { chats, mentions };
}

function belongs(chat: Chat, filter: string): boolean {
  if (filter === "archived") return chat.mine.archived === true;
  if (chat.mine.archived) return false;
  if (filter === "groups") return chat.kind === "group";
  if (filter === "unread") return unread(chat) > 0 || chat.mine.unread === true;
  return true;
}

function names(chat: Chat, users: State["users"]): string {
  const peer = chat.peer === undefined ? undefined : users.get(chat.peer);
  return [chat.group?.title, peer?.name, peer?.handle].filter(Boolean).join("\n");
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

type Rows = (state: State, filter: string, query: string) => readonly Chat[];

/** A few lists at once may be on screen (all, archived, a search). */
function remembering(rows: Rows): (state: State, query?: ChatQuery) => readonly Chat[] {
  const last = new Map<string, { state: State; rows: readonly Chat[] }>();
  return (state, { filter = "all", query = "" } = {}) => {
    const key = `${filter}\n${query.trim()}`;
    const known = last.get(key);
    if (
      known?.state.chats === state.chats &&
      known.state.users === state.users &&
      known.state.outbox === state.outbox
    ) {
      return known.rows;
    }
    const made = rows(state, filter, query.trim());
    const kept = known && made.length === known.rows.length ? same(known.rows, made) : made;
    last.delete(key);
    last.set(key, { state, rows: kept });
    if (last.size > 4) last.delete(last.keys().next().value!);
    return kept;
  };
}

function same(before: readonly Chat[], now: readonly Chat[]): readonly Chat[] {
  return now.every((chat, i) => chat === before[i]) ? before : now;
}
