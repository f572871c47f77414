import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import type { Chat, Pending } from "@/state";
import events from "@/words/en/events.json";
import { rowOf, type Known } from "./row";
import { chat, known, NOW, said } from "./sample";

const direct = chat("c", { peer: "ada", preview: said(1, "ada", "*Tea*?") });
const group = chat("c", {
  kind: "group",
  group: { title: "Tea round" },
  preview: said(1, "ada", "Tea?"),
});

function row(of: Chat, more: Partial<Known> = {}) {
  return rowOf(known([of], more), of, NOW);
}

function pending(status: Pending["status"]): Pending {
  const body = { kind: "message", text: "On my way" } as const;
  return { clientId: "x", chat: "c", body, at: NOW + 1, order: 1, status };
}

beforeAll(async () => {
  await i18next.init({
    lng: "en",
    interpolation: { escapeValue: false },
    resources: { en: { events } },
  });
});

describe("the second line", () => {
  it("is the newest message, named in groups", () => {
    expect(row(direct)).toMatchObject({ saying: "message", who: "", text: "Tea?", tick: "" });
    expect(row(group)).toMatchObject({ saying: "message", who: "Ada", text: "Tea?" });
  });

  it("has the tick of an own message, but in notes to self", () => {
    const own = { preview: said(3, "me", "Tea") };
    const ticks = { chat: "c", delivered: 3 };
    expect(row(chat("c", { peer: "ada", ...own, ticks })).tick).toBe("delivered");
    expect(row(chat("c", { ...own, kind: "self" })).tick).toBe("");
    const mine = row(chat("c", { ...own, kind: "group", group: { title: "Tea" } }));
    expect(mine).toMatchObject({ who: "You", tick: "sent" });
  });

  it("is a service line where that is the newest", () => {
    const preview = { ...said(2, "ada", ""), body: { kind: "joined" } as const };
    expect(row({ ...group, preview })).toMatchObject({
      saying: "line",
      text: "Ada Okafor joined by link",
      tick: "",
    });
  });

  it("is what waits to be sent, which moves the time too", () => {
    expect(row(direct, { outbox: [pending("waiting")] })).toMatchObject({
      text: "On my way",
      tick: "clock",
      at: NOW + 1,
    });
    expect(row(direct, { outbox: [pending("failed")] }).tick).toBe("failed");
  });

  it("is the draft, unless the chat is open", () => {
    const drafts = new Map([["c", { text: " Dear\nAda", at: NOW }]]);
    expect(row(direct, { drafts })).toMatchObject({ saying: "draft", text: "Dear Ada" });
    expect(row(direct, { drafts, open: "c" }).saying).toBe("message");
  });

  it("tells before all else who types, as long as it is true", () => {
    const typing = new Map([
      [
        "c",
        new Map([
          ["ada", { doing: "typing" as const, until: NOW + 1 }],
          ["ben", { doing: "typing" as const, until: NOW - 1 }],
        ]),
      ],
    ]);
    const drafts = new Map([["c", { text: "Dear Ada", at: NOW }]]);
    expect(row(direct, { typing, drafts })).toMatchObject({ saying: "typing", who: "" });
    expect(row(group, { typing })).toMatchObject({ saying: "typing", who: "Ada", typists: 1 });
    const speaking = new Map([["c", new Map([["ada", { doing: "recording" as const, until: NOW + 1 }]])]]); // prettier-ignore
    expect(row(direct, { typing: speaking }).saying).toBe("recording");
  });

  it("is empty in a chat in which nothing was said", () => {
    expect(row(chat("c", { peer: "ada" })).saying).toBe("nothing");
  });
});

describe("the marks", () => {
  it("are by the server's numbers", () => {
    const mine = { ...direct.mine, read: 1, read_count: 4, mentioned: 5, muted_until: NOW + 1 };
    const marked = row({ ...direct, count: 7, mine: { ...mine, pinned_at: 1, unread: true } });
    expect(marked).toMatchObject({ unread: 3, mentioned: true, muted: true, pinned: true });
    expect(marked.marked).toBe(true);
  });

  it("let a mute lapse", () => {
    expect(row({ ...direct, mine: { ...direct.mine, muted_until: NOW } }).muted).toBe(false);
  });

  it("show who is there", () => {
    const presence = new Map([["ada", { online: true, lastSeen: 0 }]]);
    expect(row(direct, { presence }).online).toBe(true);
    expect(row(group, { presence }).online).toBe(false);
  });
});
