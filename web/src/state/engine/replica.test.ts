import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Head, Push } from "@/wire/types";
import { missing, type Kept } from "../chats/kept";
import { emptySaved } from "../store/store";
import { CHAT, ME, World } from "../testing/world";
import { Replica } from "./replica";

/** Things that happen in a chat, or to the reader's marks in it. */
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("ann", "bob", ME).map((who) => (w: World) => w.say(who)),
  },
  fc.constant((w: World) => w.hide()),
  fc.string({ minLength: 1, maxLength: 3 }).map((title) => (w: World) => w.rename(title)),
  fc.constant((w: World) => w.addOther("cat")),
  fc.constant((w: World) => w.otherLeaves()),
  fc.constantFrom("admin" as const, "member" as const).map((r) => (w: World) => w.giveRole(r)),
  fc.constant((w: World) => w.remove()),
  fc.constant((w: World) => w.addBack()),
  fc.double({ min: 0, max: 1, noNaN: true }).map((share) => (w: World) => w.read(share)),
  fc.boolean().map((archived) => (w: World) => w.arrange({ archived })),
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()).map(
    ([share, read]) =>
      (w: World) =>
        w.deliver(share, read),
  ),
  fc.nat(9).map((at) => (w: World) => w.fail("ann", at)),
  fc.nat(9).map((at) => (w: World) => w.endFailure(at)),
  fc.integer({ min: 1, max: 4 }).map((inline) => (w: World) => w.look(inline)),
);

function lived(happenings: readonly ((world: World) => unknown)[]): World {
  const world = new World();
  for (const happens of happenings) happens(world);
  return world;
}

const NOBODY = { changed: () => undefined, found: () => undefined, closed: () => undefined };

function replica(): Replica {
  const saved = emptySaved(ME);
  const meta = { ...saved.meta, since: "k1.1" };
  return new Replica({ ...saved, meta }, NOBODY);
}

/** Ask for all that is needed until nothing is. */
function repaired(device: Replica, world: World): Kept {
  device.head(world.head());
  for (let round = 0; round < 1_000; round++) {
    if (device.needs.chats.delete(CHAT)) {
      device.head(world.head());
      device.forgetOrphans(CHAT);
    }
    const hole = missing(device.chats.get(CHAT)!);
    if (!hole && !device.needs.chats.size) return device.chats.get(CHAT)!;
    if (!hole) continue;
    const [first, last] = hole;
    const page = world.page({ type: "history", chat: CHAT, after: first - 1, limit: 2 });
    const end = page.events[page.events.length - 1];
    device.page(page, first, end && page.newer ? Math.min(end.seq, last) : last);
  }
  throw new Error("never whole");
}

/** What must be the same, however it was learnt. */
function essence({ mine, ticks, ...chat }: Kept) {
  const absent = { read: 0, read_count: 0, mentioned: 0, archived: false, role: "member" };
  return {
    ...chat,
    mine: { ...absent, ...mine },
    ticks: { delivered: 0, read: 0, withheld: [], ...ticks },
  };
}

describe("a chat, whatever is told of it in whatever order", () => {
  it("ends as the server has it", () => {
    const dice = fc.array(fc.tuple(fc.nat(), fc.option(fc.nat())), { minLength: 100 });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), dice, (happenings, places) => {
        const world = lived(happenings);
        const heads = world.looks.map((head): Push => ({ type: "heads", heads: [head] }));
        // Each is told at some time, and perhaps at another one again.
        const tellings = [...world.told, ...heads].flatMap((push, i) =>
          places[i % places.length]!.filter((place) => place !== null).map((place) => ({
            place,
            push,
          })),
        );
        const straight = replica();
        for (const push of world.told) straight.apply(push);
        const shuffled = replica();
        for (const { push } of tellings.sort((a, b) => a.place - b.place)) shuffled.apply(push);
        expect(essence(repaired(shuffled, world))).toEqual(essence(repaired(straight, world)));
      }),
      { numRuns: 400 },
    );
  });

  it("holds every event that may be seen, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        const world = lived(happenings);
        const device = replica();
        for (const push of world.told) device.apply(push);
        const chat = repaired(device, world);
        const whole = world.page({ type: "history", chat: CHAT, limit: 10_000 });
        const held = chat.held.flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        );
        expect(held).toEqual(whole.events.map((event) => event.seq));
        const stored = new Set(device.take().events.map((event) => event.seq));
        expect([...stored].sort((a, b) => a - b)).toEqual(held);
      }),
    );
  });
});

describe("a replica", () => {
  const stranger = (): Head => new World().head();

  it("keeps what comes of a chat that it does not know until it does", () => {
    const world = new World();
    world.say("ann", "first");
    const device = replica();
    device.apply(world.told[1]!);
    expect(device.chats.size).toBe(0);
    expect([...device.needs.chats]).toEqual([CHAT]);
    const look = new World().head();
    device.head(look);
    expect(device.chats.get(CHAT)!.preview?.body).toEqual({ kind: "message", text: "first" });
  });

  it("does not ask for ever for what it will not be shown", () => {
    const world = new World();
    world.remove();
    const gone = world.head();
    const device = replica();
    device.head(gone);
    device.apply({ type: "event", event: { ...world.log[0]!, seq: 9 } });
    expect([...device.needs.chats]).toEqual([CHAT]);
    device.needs.chats.clear();
    device.head(gone);
    device.forgetOrphans(CHAT);
    expect(device.needs.chats.size).toBe(0);
  });

  it("tells of an own message that the log has", () => {
    const found: string[] = [];
    const saved = emptySaved(ME);
    const device = new Replica(saved, {
      ...NOBODY,
      found: (event) => found.push(event.client_id!),
    });
    device.head(stranger());
    const world = new World();
    const event = world.say(ME, "hi", "client-1");
    device.apply({ type: "event", event });
    device.apply({ type: "event", event });
    expect(found).toEqual(["client-1", "client-1"]);
  });

  it("tells when and why nothing is taken any more, once", () => {
    const why: string[] = [];
    const saved = emptySaved(ME);
    const device = new Replica(saved, { ...NOBODY, closed: (_, code) => why.push(code) });
    const world = new World();
    device.head(world.head());
    const passes = (...closed: string[]) => {
      for (const push of world.told.splice(0)) device.apply(push);
      expect(why.splice(0)).toEqual(closed);
    };
    world.restrict("admins");
    world.say("ann");
    passes("not_allowed");
    world.giveRole("admin");
    passes();
    world.giveRole("member");
    passes("not_allowed");
    world.restrict("everyone");
    world.remove();
    passes("not_a_member");
    world.restrict("admins");
    passes();
  });

  it("begins, on a new device, after what was read elsewhere", () => {
    const world = new World();
    for (let i = 0; i < 9; i++) world.say("ann");
    world.read(0.5);
    const fresh = new Replica(emptySaved(ME), NOBODY);
    fresh.head(world.head(1));
    expect(missing(fresh.chats.get(CHAT)!)).toEqual([6, 9]);
  });

  it("sees no read ticks of others while it gives none", () => {
    const world = new World();
    world.say(ME);
    world.deliver(1, true);
    const device = replica();
    device.head({ ...world.head(), kind: "direct" });
    expect(device.chats.get(CHAT)!.ticks.read).toBe(2);
    device.oneself({
      user: { id: ME, handle: "me", name: "Me" },
      privacy: { receipts: false },
    });
    expect(device.chats.get(CHAT)!.ticks.read).toBe(0);
  });
});
