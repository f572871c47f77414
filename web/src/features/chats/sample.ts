/** A little world for the tests of the list. */
import type { Chat } from "@/state";
import type { Body, ChatEvent, Id, User } from "@/wire/types";
import type { Known } from "./row";

export const NOW = new Date(2026, 4, 10, 12).getTime();

export function user(id: Id, name: string, more: Partial<User> = {}): User {
  return { id, handle: id, name, ...more };
}

export function chat(id: Id, more: Partial<Chat> = {}): Chat {
  return {
    id,
    kind: "direct",
    mine: { chat: id, version: 1, stays: [[1, 0]] },
    ticks: { chat: id },
    last: 1,
    count: 1,
    at: NOW,
    failures: [],
    waiting: 0,
    held: [],
    ...more,
  };
}

export function said(seq: number, sender: Id, text: string): ChatEvent {
  const body: Body = { kind: "message", text };
  return { chat: "c", seq, at: NOW, sender, count: seq, body };
}

export function known(chats: readonly Chat[], more: Partial<Known> = {}): Known {
  const users = [user("me", "Mia Mei"), user("ada", "Ada Okafor"), user("ben", "Ben Lindqvist")];
  return {
    user: "me",
    users: new Map(users.map((it) => [it.id, it])),
    chats: new Map(chats.map((it) => [it.id, it])),
    presence: new Map(),
    typing: new Map(),
    drafts: new Map(),
    outbox: [],
    open: null,
    ...more,
  };
}
