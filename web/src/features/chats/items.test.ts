import i18next from "i18next";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Chat } from "@/state";
import type { User } from "@/wire/types";
import events from "@/words/en/events.json";
import { terms } from "@/words";
import { browsed, keyOf, searched, stops, type Item, type Known, type Library } from "./items";
import { chat, known, user } from "./sample";

const ada = chat("a", { peer: "ada" });
const tea = chat("t", { kind: "group", group: { title: "Thé du matin" } });
const waiting = chat("w", { peer: "ben", count: 5 });
const read = { mine: { chat: "r", version: 1, stays: [], read_count: 1 } };
const quiet = chat("r", { kind: "self", ...read });

vi.stubGlobal("navigator", { languages: ["en"] });
beforeAll(async () => {
  await i18next.init({ lng: "en", resources: { en: { events } } });
});

function keys(items: readonly Item[]): string {
  return items.map(keyOf).join(" ");
}

function world(rows: readonly Chat[], more: Partial<Known> = {}): Known {
  return { rows, archived: [], open: null, written: new Set(), ...more };
}

describe("browsing", () => {
  const all = { filter: "all", archived: false } as const;

  it("keeps the order, with the way to the archive on top", () => {
    expect(keys(browsed(world([ada, tea]), all))).toBe("a t");
    const items = browsed(world([ada], { archived: [waiting, quiet] }), all);
    expect(items[0]).toEqual({ kind: "archived", waiting: 1 });
  });

  it("shows the archive alone when asked for", () => {
    const archived = { ...all, archived: true };
    expect(keys(browsed(world([ada], { archived: [tea] }), archived))).toBe("t");
  });

  it("filters groups", () => {
    expect(keys(browsed(world([ada, tea]), { ...all, filter: "groups" }))).toBe("t");
  });

  it("filters what waits, and keeps the open chat while it is read", () => {
    const unread = { ...all, filter: "unread" } as const;
    expect(keys(browsed(world([quiet, waiting]), unread))).toBe("w");
    expect(keys(browsed(world([quiet, waiting], { open: "r" }), unread))).toBe("r w");
  });

  it("leaves out a chat that was only opened, unless one is at it", () => {
    const blank = chat("b", { peer: "ben", count: 0 });
    expect(keys(browsed(world([blank]), all))).toBe("");
    expect(keys(browsed(world([blank], { open: "b" }), all))).toBe("b");
    expect(keys(browsed(world([blank], { written: new Set(["b"]) }), all))).toBe("b");
  });
});

describe("searching", () => {
  function found(query: string, more: Partial<Library> = {}, there: readonly User[] = []) {
    const { user, users } = known([]);
    const library = { user, users, rows: [ada, tea], members: new Map(), ...more };
    return searched(library, terms(query), there);
  }

  it("finds chats by title without accents, and by the other one's handle", () => {
    expect(keys(found("the matin"))).toBe("# chats t");
    expect(keys(found("@ada"))).toBe("# chats a");
  });

  it("finds people who have no chat in the list, and strangers whom the server knows", () => {
    expect(keys(found("ben", {}, [user("zoe", "Zoë")]))).toBe("# people @ben @zoe");
  });

  it("finds nobody twice, and not oneself", () => {
    const there = [user("ada", "Ada Okafor"), user("me", "Mia Mei")];
    expect(keys(found("ada", {}, there))).toBe("# chats a");
  });

  it("finds groups by those who are in them, and says by whom", () => {
    const gone = { user: "ada", left: true };
    const members = new Map([["t", [{ user: "me" }, gone, { user: "ben" }]]]);
    const items = found("lindq", { members });
    expect(keys(items)).toBe("# people @ben # with t");
    expect(items.at(-1)).toMatchObject({ via: "Ben Lindqvist" });
    expect(keys(found("okafor", { members }))).toBe("# chats a");
  });

  it("shows a group once where title and members answer", () => {
    const members = new Map([["t", [{ user: "ada" }]]]);
    const rows = [{ ...tea, group: { title: "Ada's round" } }];
    expect(keys(found("ada", { members, rows }))).toBe("# chats t # people @ada");
  });

  it("has headings that the arrow keys pass over", () => {
    expect(found("ada").map(stops)).toEqual([false, true]);
  });
});
