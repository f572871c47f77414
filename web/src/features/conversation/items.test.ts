import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pending } from "@/state";
import type { Body, ChatEvent, Message } from "@/wire/types";
import { holds, indexOf, type Item, itemsOf, seqOf, type Timeline } from "./items";

const NOON = new Date(2026, 4, 10, 12).getTime();
const MINUTE = 60_000;

function event(seq: number, sender: string, at: number, body?: Body): ChatEvent {
  const said: Body = { kind: "message", text: `text ${seq}` };
  return { chat: "c", seq, at, sender, count: seq, body: body ?? said };
}

function pending(clientId: string, at: number): Pending {
  const body = { kind: "message", text: "soon" } as const;
  return { clientId, chat: "c", body, at, order: 1, status: "waiting" };
}

function timeline(events: readonly ChatEvent[], more: Partial<Timeline> = {}): Item[] {
  const shows = (it: ChatEvent): boolean => it.body.kind !== "void";
  return itemsOf({ events, pending: [], unread: null, me: "me", shows, ...more });
}

/** e.g. "day (1 2)": brackets around runs, * for own. */
function sketch(items: readonly Item[]): string {
  return items
    .map((item) => {
      if (item.kind === "unread") return `${item.count} unread`;
      if (item.kind === "day") return "day";
      if (item.kind === "service") return `[${item.event.seq}]`;
      const name = `${seqOf(item) || "…"}${item.own ? "*" : ""}`;
      return `${item.first ? "(" : ""}${name}${item.last ? ")" : ""}`;
    })
    .join(" ");
}

describe("runs", () => {
  it("are of one sender, with no more than three minutes between", () => {
    const events = [
      event(1, "ada", NOON),
      event(2, "ada", NOON + 3 * MINUTE),
      event(3, "ada", NOON + 6 * MINUTE + 1),
      event(4, "me", NOON + 6 * MINUTE + 2),
    ];
    expect(sketch(timeline(events))).toBe("day (1 2) (3) (4*)");
  });

  it("end at service lines, days and the divider, but not at voids", () => {
    const role: Body = { kind: "role", user: "ada", role: "admin" };
    const events = [
      event(1, "ada", NOON),
      event(2, "", NOON, { kind: "void" }),
      event(3, "ada", NOON),
      event(4, "", NOON, role),
      event(5, "ada", NOON),
      event(6, "ada", NOON),
    ];
    expect(sketch(timeline(events, { unread: { from: 6, count: 1 } }))).toBe(
      "day (1 3) [4] (5) 1 unread (6)",
    );
  });
});

describe("while there is more above", () => {
  const events = Array.from({ length: 30 }, (_, index) => event(index + 10, "ada", NOON));

  it("the first is held back, and with it its day", () => {
    const [first, ...others] = timeline(events, { older: true });
    expect(first && seqOf(first)).toBe(11);
    const before = [event(8, "ada", NOON), event(9, "ada", NOON)];
    const more = timeline([...before, ...events], { older: true });
    expect(more.slice(-others.length - 1)).toEqual([first, ...others]);
  });

  it("a day that begins after it has its line", () => {
    const [first, ...others] = events.map((it) => ({ ...it, at: NOON + 24 * 60 * MINUTE }));
    const items = timeline([{ ...first!, at: NOON }, ...others], { older: true });
    expect(sketch(items.slice(0, 2))).toBe("day (11");
  });

  it("few are shown as they are", () => {
    expect(sketch(timeline(events.slice(0, 2), { older: true }))).toBe("day (10 11)");
  });

  it("the divider stays", () => {
    const items = timeline(events, { older: true, unread: { from: 10, count: 30 } });
    expect(sketch(items.slice(0, 3))).toBe("day 30 unread (10");
  });
});

describe("albums", () => {
  const photo = (seq: number, sender: string, at: number, more: Partial<Message> = {}) => {
    const file = {
      id: `f${seq}`,
      kind: "photo",
      name: "a.jpg",
      type: "image/jpeg",
      size: 1,
    } as const;
    return event(seq, sender, at, { kind: "message", text: "", file, ...more });
  };
  const parts = (items: readonly Item[]) =>
    items.flatMap((item) =>
      item.kind === "message" ? [item.album?.map(seqOf).join("+") ?? String(seqOf(item))] : [],
    );
  const SECOND = 1000;

  it("are photos and videos of one sender, each within a minute of the one before", () => {
    const events = [
      photo(1, "ada", NOON),
      photo(2, "ada", NOON + 60 * SECOND),
      photo(3, "ada", NOON + 120 * SECOND),
      photo(4, "ada", NOON + 181 * SECOND),
      photo(5, "me", NOON + 182 * SECOND),
    ];
    expect(parts(timeline(events))).toEqual(["1+2+3", "4", "5"]);
  });

  it("end at words, at what answers another message, and at other files", () => {
    const voice = { id: "v", kind: "voice", name: "v", type: "audio/ogg", size: 1 } as const;
    const events = [
      photo(1, "ada", NOON),
      photo(2, "ada", NOON),
      event(3, "ada", NOON),
      photo(4, "ada", NOON),
      photo(5, "ada", NOON, { file: voice }),
      photo(6, "ada", NOON),
      photo(7, "ada", NOON, { reply_to: 1 }),
      photo(8, "ada", NOON),
    ];
    expect(parts(timeline(events))).toEqual(["1+2", "3", "4", "5", "6", "7+8"]);
  });

  it("have words with one of their parts at most: all that was written is to be seen", () => {
    const events = [
      photo(1, "ada", NOON, { text: "the hut" }),
      photo(2, "ada", NOON),
      photo(3, "ada", NOON, { text: "the lake" }),
      photo(4, "ada", NOON, { text: "the way back" }),
      photo(5, "ada", NOON),
    ];
    expect(parts(timeline(events))).toEqual(["1+2", "3", "4+5"]);
  });

  it("hold what is on its way, keep their key, and are found by each of their parts", () => {
    const attached = {
      kind: "video",
      name: "a.mp4",
      type: "video/mp4",
      size: 1,
      batch: "b",
    } as const;
    const more = { width: 0, height: 0, duration: 0 };
    const pendings = [{ ...pending("two", NOON + 2), attached: { ...attached, ...more } }];
    const first = { ...photo(4, "me", NOON), client_id: "one" };
    const items = timeline([first], { pending: pendings });
    const album = items.at(-1)!;
    expect(album.key).toBe("own one");
    expect(album.kind === "message" && album.album?.map((part) => part.key)).toEqual([
      "own one",
      "own two",
    ]);
    expect(seqOf(album)).toBe(4);
    expect([holds(album, 4), holds(album, 5), holds(album, 0)]).toEqual([true, false, false]);
  });
});

describe("days", () => {
  it("stand before the first event of each, and do not come again when a clock steps back", () => {
    const day = 24 * 60 * MINUTE;
    const ats = [NOON, NOON + day, NOON + day - 13 * 60 * MINUTE, NOON + 2 * day];
    const events = ats.map((at, index) => event(index + 1, "ada", at));
    expect(sketch(timeline(events))).toBe("day (1) day (2) (3) day (4)");
  });
});

describe("the divider", () => {
  it("stands before the first unread event of somebody else", () => {
    const events = [event(4, "me", NOON), event(5, "me", NOON), event(6, "ben", NOON)];
    const unread = { from: 5, count: 2 };
    expect(sketch(timeline(events, { unread }))).toBe("day (4* 5*) 2 unread (6)");
  });
});

describe("a message on its way", () => {
  it("comes last, and keeps its key when the server has it", () => {
    const before = timeline([event(1, "me", NOON)], { pending: [pending("x1", NOON)] });
    expect(sketch(before)).toBe("day (1* …*)");
    const own = { ...event(2, "me", NOON), client_id: "x1" };
    const both = timeline([event(1, "me", NOON), own], { pending: [pending("x1", NOON)] });
    expect(sketch(both)).toBe("day (1* 2*)");
    expect(both.map((item) => item.key)).toEqual(before.map((item) => item.key));
  });
});

describe("any log", () => {
  const logs = fc
    .array(
      fc.record({
        sender: fc.constantFrom("me", "ada", "ben"),
        step: fc.integer({ min: -MINUTE, max: 400 * MINUTE }),
        kind: fc.constantFrom("message", "message", "void", "left", "own"),
      }),
      { maxLength: 40 },
    )
    .map((steps) => {
      let at = NOON;
      return steps.map(({ sender, step, kind }, index): ChatEvent => {
        at += step;
        if (kind === "void" || kind === "left") return event(index + 1, sender, at, { kind });
        const own = kind === "own" ? { sender: "me", client_id: `client-${index}` } : {};
        return { ...event(index + 1, sender, at), ...own };
      });
    });

  it("shows each event that is to be shown once and in order, under keys of its own", () => {
    fc.assert(
      fc.property(logs, fc.nat(40), (events, from) => {
        const items = timeline(events, {
          unread: from > 0 ? { from, count: 3 } : null,
          pending: [pending("client-0", NOON), pending("new", NOON)],
        });
        const shown = events.filter((it) => it.body.kind !== "void").map((it) => it.seq);
        expect(items.map(seqOf).filter((seq) => seq > 0)).toEqual(shown);
        expect(new Set(items.map((item) => item.key)).size).toBe(items.length);
        expect(items.filter((item) => item.kind === "unread").length).toBeLessThanOrEqual(1);
        for (const seq of shown) expect(seqOf(items[indexOf(items, seq)]!)).toBe(seq);
      }),
    );
  });

  it("has runs that open and close", () => {
    fc.assert(
      fc.property(logs, (events) => {
        const text = sketch(timeline(events)).replace(/[^()]/g, "");
        expect(text).toMatch(/^(\(\))*$/);
      }),
    );
  });
});
