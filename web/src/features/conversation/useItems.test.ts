import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatEvent } from "@/wire/types";
import { itemsOf } from "./items";
import { follow, type Items } from "./useItems";

const NOON = new Date(2026, 4, 10, 12).getTime();

/** An hour apart. */
const EVENTS = Array.from({ length: 250 }, (_, seq): ChatEvent => {
  const body = { kind: "message", text: `${seq}` } as const;
  return { chat: "c", seq, at: NOON + seq * 3_600_000, sender: "ada", count: seq, body };
});

/** The items of events [first, last]. */
function log(first: number, last: number) {
  const events = EVENTS.slice(first, last + 1);
  return itemsOf({ events, pending: [], unread: null, me: "me", shows: () => true });
}

const NOTHING: Items = { items: [], part: 0, shift: false, fresh: new Set(), next: null };

function seqs({ items }: Pick<Items, "items">): string[] {
  return items.filter((item) => item.kind === "message").map((item) => item.key.slice(4));
}

describe("a list that goes on", () => {
  const before = follow(NOTHING, log(50, 99));

  it("keeps the items that stay as they are", () => {
    const after = follow(before, log(50, 99));
    after.items.forEach((item, index) => expect(item).toBe(before.items[index]));
    expect(after.part).toBe(before.part);
  });

  it("tells what is new at its end", () => {
    const after = follow(before, log(50, 101));
    const messages = [...after.fresh].filter((key) => key.startsWith("seq"));
    expect(messages.sort()).toEqual(["seq 100", "seq 101"]);
    expect(after).toMatchObject({ shift: false, next: null });
  });

  it("shifts when older events come, and nothing is new then", () => {
    const after = follow(before, log(20, 99));
    expect(after).toMatchObject({ shift: true, next: null, part: before.part });
    expect(after.fresh.size).toBe(0);
  });

  it("is another part after a jump", () => {
    const after = follow(before, log(200, 220));
    expect(after).toMatchObject({ shift: false, part: before.part + 1, next: null });
    expect(after.fresh.size).toBe(0);
  });

  it("takes two steps when both ends change", () => {
    const up = follow(before, log(20, 80));
    expect([seqs(up)[0], seqs(up).at(-1), up.shift]).toEqual(["50", "80", false]);
    const then = follow(up, up.next!);
    expect([seqs(then)[0], seqs(then).at(-1), then.shift]).toEqual(["20", "80", true]);
    expect(then.next).toBeNull();

    const down = follow(before, log(70, 120));
    expect([seqs(down)[0], seqs(down).at(-1), down.shift]).toEqual(["50", "120", false]);
    const last = follow(down, down.next!);
    expect([seqs(last)[0], last.shift, last.next]).toEqual(["70", true, null]);
  });

  it("changes at one end only in each step, and comes out at what is wanted", () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 60 }));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 6 }), (ranges) => {
        let now = NOTHING;
        for (const [first, length] of ranges) {
          const wanted = log(first, first + length);
          for (let made: Items["items"] | null = wanted; made; made = now.next) {
            const next = follow(now, made);
            if (next.part === now.part && now.items.length > 0) {
              const [old, young] = [seqs(now), seqs(next)];
              if (next.shift) expect(young.at(-1)).toBe(old.at(-1));
              else expect(young[0]).toBe(old[0]);
            }
            expect(new Set(next.items.map((item) => item.key)).size).toBe(next.items.length);
            now = next;
          }
          expect(now.items.map((item) => item.key)).toEqual(wanted.map((item) => item.key));
        }
      }),
    );
  });
});
