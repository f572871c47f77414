import { describe, expect, it } from "vitest";
import type { Mine } from "@/wire/types";
import type { Chat, Pending, State } from "./model";
import {
  chatRows,
  failureOf,
  isAdmin,
  isMember,
  mayAdd,
  mayPost,
  mentioned,
  muted,
  tick,
  totalUnread,
  typingIn,
  unread,
} from "./selectors";

const mine = (chat: string, change: Partial<Mine> = {}): Mine => ({
  chat,
  version: 1,
  stays: [[1, 0]],
  ...change,
});

function chat(id: string, change: Partial<Chat> = {}, own: Partial<Mine> = {}): Chat {
  return {
    id,
    kind: "direct",
    peer: `${id}-peer`,
    mine: mine(id, own),
    ticks: { chat: id },
    last: 0,
    count: 0,
    at: 0,
    failures: [],
    waiting: 0,
    held: [],
    ...change,
  };
}

function state(chats: readonly Chat[], change: Partial<State> = {}): State {
  return {
    user: "me",
    account: null,
    chats: new Map(chats.map((it) => [it.id, it])),
    users: new Map(),
    outbox: [],
    typing: new Map(),
    ...change,
  } as State;
}

const group = { title: "Tea round" };
const ids = (rows: readonly Chat[]) => rows.map((row) => row.id);

describe("the list", () => {
  it("has the pinned first, then the newest", () => {
    const chats = [
      chat("old", { at: 1 }),
      chat("new", { at: 9 }),
      chat("pinned", { at: 2 }, { pinned_at: 5 }),
      chat("put away", { at: 99 }, { archived: true }),
    ];
    expect(ids(chatRows(state(chats)))).toEqual(["pinned", "new", "old"]);
    expect(ids(chatRows(state(chats), { filter: "archived" }))).toEqual(["put away"]);
  });

  it("brings up a chat that one has just written in", () => {
    const outbox = [{ chat: "old", at: 50 } as Pending];
    const chats = [chat("old", { at: 1 }), chat("new", { at: 9 })];
    expect(ids(chatRows(state(chats, { outbox })))).toEqual(["old", "new"]);
  });

  it("is filtered and searched, without a care for case and accents", () => {
    const users = new Map([["a-peer", { id: "a-peer", handle: "chl", name: "Chloé Martin" }]]);
    const chats = [
      chat("a", { count: 2 }),
      chat("g", { kind: "group", group }, { archived: true }),
      chat("dot", {}, { unread: true }),
    ];
    const all = state(chats, { users });
    expect(ids(chatRows(all, { filter: "unread" })).sort()).toEqual(["a", "dot"]);
    expect(ids(chatRows(all, { query: "chloe" }))).toEqual(["a"]);
    expect(ids(chatRows(all, { query: " TEA " }))).toEqual(["g"]);
    expect(ids(chatRows(all, { filter: "groups" }))).toEqual([]);
  });

  it("is the same value as long as nothing of it changed", () => {
    const all = state([chat("a", { at: 1 }), chat("b", { at: 2 })]);
    const rows = chatRows(all);
    expect(chatRows({ ...all, open: "a" })).toBe(rows);
    expect(chatRows({ ...all, chats: new Map(all.chats) })).toBe(rows);
    const changed = new Map(all.chats).set("a", chat("a", { at: 3 }));
    expect(ids(chatRows({ ...all, chats: changed }))).toEqual(["a", "b"]);
  });
});

describe("numbers", () => {
  it("of the unread are the server's, and never below nothing", () => {
    expect(unread(chat("a", { count: 7 }, { read_count: 4 }))).toBe(3);
    expect(unread(chat("a", { count: 2 }, { read_count: 4 }))).toBe(0);
  });

  it("in the title leave out the muted and the archived, but not who is named there", () => {
    const never = Number.MAX_SAFE_INTEGER;
    const chats = [
      chat("a", { count: 1 }),
      chat("dot", {}, { unread: true }),
      chat("muted", { count: 5 }, { muted_until: never, mentioned: 4, read: 2 }),
      chat("archived", { count: 5 }, { archived: true }),
    ];
    expect(totalUnread(state(chats))).toEqual({ chats: 2, mentions: 1 });
    expect(mentioned(chat("a", {}, { mentioned: 4, read: 4 }))).toBe(false);
    expect(muted(chat("a", {}, { muted_until: 10 }), 10)).toBe(false);
  });
});

describe("the mark of an own message", () => {
  const event = (seq: number) =>
    ({
      chat: "a",
      seq,
      sender: "me",
      at: 1,
      count: 1,
      body: { kind: "message", text: "x" },
    }) as const;
  const failure = {
    chat: "a",
    user: "a-peer",
    first: 5,
    last: 6,
    reason: "unreachable",
    attempts: 5,
    at: 1,
  } as const;
  const ticks = { chat: "a", delivered: 4, read: 2, withheld: [1] };

  it("is as far as all others have come", () => {
    const known = state([chat("a", { ticks, failures: [failure] })]);
    const marks = [1, 2, 3, 4, 5, 7].map((seq) => tick(known, event(seq)));
    expect(marks).toEqual(["sent", "read", "delivered", "delivered", "failed", "sent"]);
  });

  it("in a group stays at one tick where one cannot be reached", () => {
    const known = chat("a", { kind: "group", group, ticks, failures: [failure] });
    expect(tick(state([known]), event(5))).toBe("sent");
    expect(failureOf(known, 5)).toBe(failure);
    expect(failureOf(known, 7)).toBeUndefined();
  });

  it("is a clock, or red, before the server has it", () => {
    const pending = { clientId: "c", chat: "a", status: "waiting" } as Pending;
    expect(tick(state([]), pending)).toBe("clock");
    expect(tick(state([]), { ...pending, status: "failed" })).toBe("failed");
  });
});

describe("what one may", () => {
  it("goes by the stay, the role and the switches", () => {
    const open = chat("g", { kind: "group", group });
    const closed = chat("g", { kind: "group", group: { ...group, send: "admins" } });
    const admin = { ...closed, mine: mine("g", { role: "admin" }) };
    const past = { ...admin, mine: mine("g", { role: "admin", stays: [[1, 9]] }) };
    const may = (it: Chat) => mayPost(state([it]), it);
    expect([may(open), may(closed), may(admin), may(past)]).toEqual([true, false, true, false]);
    expect([isMember(past), isAdmin(past), isAdmin(admin)]).toEqual([false, false, true]);
    expect([mayAdd(null, open), mayAdd(null, past)]).toEqual([true, false]);
  });

  it("ends with a block, and with an account that is gone", () => {
    const direct = chat("a");
    const user = { id: "me", handle: "me", name: "Me" };
    const account = { user, privacy: {}, blocked: ["a-peer"] };
    const gone = new Map([["a-peer", { ...user, id: "a-peer", gone: true }]]);
    expect(mayPost(state([direct]), direct)).toBe(true);
    expect(mayPost(state([direct], { account }), direct)).toBe(false);
    expect(mayPost(state([direct], { users: gone }), direct)).toBe(false);
  });
});

describe("typing", () => {
  it("is over when its time is", () => {
    const typing = busy({ ann: ["typing", 10], bob: ["typing", 20] });
    expect(typingIn({ typing }, "a", 15)).toEqual({ doing: "typing", users: ["bob"] });
    expect(typingIn({ typing }, "b", 15).users).toEqual([]);
  });

  it("goes before recording", () => {
    const typing = busy({ ann: ["recording", 20], bob: ["typing", 10] });
    expect(typingIn({ typing }, "a", 5)).toEqual({ doing: "typing", users: ["bob"] });
    expect(typingIn({ typing }, "a", 15)).toEqual({ doing: "recording", users: ["ann"] });
  });

  function busy(users: Record<string, ["typing" | "recording", number]>): State["typing"] {
    const each = Object.entries(users).map(
      ([user, [doing, until]]) => [user, { doing, until }] as const,
    );
    return new Map([["a", new Map(each)]]);
  }
});
