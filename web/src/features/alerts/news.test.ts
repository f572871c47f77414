import { describe, expect, it } from "vitest";
import type { Chat } from "@/state";
import type { ChatEvent, Mine, User } from "@/wire/types";
import { alertOf, allTold, news, unreadMessages } from "./news";

const ME = "me";
const ADA: User = { id: "ada", handle: "ada", name: "Ada Okafor" };
const NOW = 1_000_000;

function said(seq: number, sender: string, text: string): ChatEvent {
  return { chat: "chat", seq, at: NOW, sender, count: seq, body: { kind: "message", text } };
}

/** A chat in which all `last` events are messages. */
function chat(last: number, how: Partial<Chat> = {}, mine: Partial<Mine> = {}): Chat {
  return {
    id: "chat",
    kind: "direct",
    ...(how.kind === "group" ? {} : { peer: ADA.id }),
    mine: { chat: "chat", version: 1, stays: [[1, 0]], ...mine },
    ticks: { chat: "chat" },
    last,
    count: last,
    preview: said(last, ADA.id, "Tea?"),
    at: NOW,
    failures: [],
    waiting: 0,
    held: [],
    ...how,
  };
}

function known(...chats: Chat[]) {
  return {
    user: ME,
    users: new Map([[ADA.id, ADA]]),
    chats: new Map(chats.map((each) => [each.id, each])),
  };
}

const BEFORE = allTold(known(chat(3)));

describe("a message is news", () => {
  it("once", () => {
    const first = news(BEFORE, known(chat(4)), NOW);
    expect(first.chats.map((each) => each.id)).toEqual(["chat"]);
    expect(news(first.told, known(chat(4)), NOW).chats).toEqual([]);
    expect(news(first.told, known(chat(5)), NOW).chats).toHaveLength(1);
  });

  it("in a chat that was not there before", () => {
    expect(news(new Map(), known(chat(1)), NOW).chats).toHaveLength(1);
  });

  it("also if a line of service came right behind it", () => {
    const line: ChatEvent = { ...said(5, ADA.id, ""), body: { kind: "joined" }, count: 4 };
    const state = known(chat(5, { count: 4, preview: line }));
    expect(news(BEFORE, state, NOW).chats).toHaveLength(1);
  });
});

describe("no news", () => {
  const quiet = {
    "are own messages": chat(4, { preview: said(4, ME, "Tea.") }),
    "is what has been read": chat(4, {}, { read: 4, read_count: 4 }),
    "are lines of service": chat(4, { count: 3 }),
    "comes from muted chats": chat(4, {}, { muted_until: NOW + 1 }),
    "comes from archived chats": chat(4, {}, { archived: true }),
  };
  it.each(Object.entries(quiet))("%s", (_, now) => {
    const { chats, told } = news(BEFORE, known(now), NOW);
    expect(chats).toEqual([]);
    // Nor later, when the chat is as it was again.
    const later = { ...now, mine: { ...now.mine, muted_until: 0, archived: false } };
    expect(news(told, known(later), NOW).chats).toEqual([]);
  });
});

describe("in a muted or archived chat", () => {
  it.each([{ muted_until: NOW + 1 }, { archived: true }])("a mention is news: %o", (mine) => {
    const state = known(chat(4, {}, { ...mine, mentioned: 4, read: 2 }));
    expect(news(BEFORE, state, NOW).chats).toHaveLength(1);
  });

  it("a mention is news once, however its mark comes", () => {
    const named: ChatEvent = {
      ...said(4, ADA.id, ""),
      body: { kind: "message", text: "", mentions: [ME] },
    };
    const quiet = { muted_until: NOW + 1, read: 2 };
    const event = news(BEFORE, known(chat(4, { preview: named }, quiet)), NOW);
    expect(event.chats).toHaveLength(1);
    const both = chat(4, { preview: named }, { ...quiet, mentioned: 4 });
    expect(news(event.told, known(both), NOW).chats).toEqual([]);

    const behind = news(BEFORE, known(chat(5, {}, quiet)), NOW);
    expect(behind.chats).toEqual([]);
    const mark = news(behind.told, known(chat(5, {}, { ...quiet, mentioned: 4 })), NOW);
    expect(mark.chats).toHaveLength(1);
    expect(news(mark.told, known(chat(5, {}, { ...quiet, mentioned: 4 })), NOW).chats).toEqual([]);
  });

  it("a mention of before is none", () => {
    const state = known(chat(4, {}, { archived: true, mentioned: 3, read: 2 }));
    expect(news(BEFORE, state, NOW).chats).toEqual([]);
  });

  it("news come again once the time is over", () => {
    expect(news(BEFORE, known(chat(4, {}, { muted_until: NOW - 1 })), NOW).chats).toHaveLength(1);
  });
});

describe("an alert", () => {
  it("says who and what", () => {
    const one = chat(4, { preview: said(4, ADA.id, "*Tea* at four?") });
    expect(alertOf(known(one), one, true)).toMatchObject({
      chat: "chat",
      seq: 4,
      sender: "ada",
      name: "Ada Okafor",
      text: "Tea at four?",
      unread: 4,
    });
  });

  it("keeps the text to itself if so wished", () => {
    const one = chat(4);
    expect(alertOf(known(one), one, false).text).toBe("");
  });

  it("takes no line of service for a message", () => {
    const line: ChatEvent = { ...said(5, ADA.id, ""), body: { kind: "joined" } };
    const one = chat(5, { preview: line, kind: "group", group: { title: "Tea round" } });
    expect(alertOf(known(one), one, true)).toMatchObject({
      name: "",
      title: "Tea round",
      text: "",
    });
  });
});

it("the number on the app leaves out what is muted or archived", () => {
  const state = known(
    chat(4, {}, { read_count: 1 }),
    chat(9, { id: "muted" }, { muted_until: NOW + 1 }),
    chat(9, { id: "archived" }, { archived: true }),
    chat(2, { id: "other" }),
  );
  expect(unreadMessages(state, NOW)).toBe(5);
});
