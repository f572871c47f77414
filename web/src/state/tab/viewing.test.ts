import { beforeEach, describe, expect, it } from "vitest";
import type { Id } from "@/wire/types";
import type { State, View } from "../model";
import { patched, type Patch } from "../patch";
import { MemoryStore } from "../store/memory";
import { settled, TestClock } from "../testing/clock";
import { TestDevice } from "../testing/device";
import { ME, TestServer } from "../testing/server";
import { VIEW_EVENTS } from "./views";
import { Viewing } from "./viewing";

let clock: TestClock;
let server: TestServer;

beforeEach(() => {
  clock = new TestClock();
  server = new TestServer(clock);
});

/** A tab over an engine, as far as its views go. */
class Tab {
  state = {
    chats: new Map(),
    users: new Map(),
    outbox: [],
    presence: new Map(),
    typing: new Map(),
    views: new Map(),
    open: null,
  } as unknown as State;
  foreground = true;
  readonly viewing: Viewing;

  private constructor(readonly device: TestDevice) {
    this.viewing = new Viewing({
      state: () => this.state,
      change: (change) => (this.state = { ...this.state, ...change }),
      lead: () => device.engine,
      foreground: () => this.foreground,
      read: (chat, first, last) => device.store.events(chat, first, last),
    });
    this.show(device.engine.whole());
    device.watch((patch) => this.show(patch));
  }

  static async begin(): Promise<Tab> {
    return new Tab(await TestDevice.begin(new MemoryStore(ME), server, clock));
  }

  view(chat: Id): View {
    return this.state.views.get(chat)!;
  }

  seqs(chat: Id): number[] {
    return this.view(chat).events.map((event) => event.seq);
  }

  private show(patch: Patch): void {
    this.state = patched(this.state, patch);
    this.viewing.follow(patch);
  }
}

/** A chat with `n` messages of the other one, of which the last `unread` are not read. */
function chat(id: Id, n: number, unread = 0): void {
  const log = server.addChat(id);
  for (let i = 0; i < n; i++) server.say(id, `m${i}`);
  const read = n + 1 - unread;
  log.mine = { ...log.mine, read, read_count: read - 1 };
}

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe("opening a chat", () => {
  it("shows its end", async () => {
    chat("a", 200);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    expect(tab.view("a").loading).toBe("around");
    await settled();
    expect(tab.seqs("a")).toEqual(numbers(152, 201));
    expect(tab.view("a")).toMatchObject({ older: true, newer: false, unread: null, target: null });
  });

  it("shows what is unread, with a divider", async () => {
    chat("a", 200, 120);
    const tab = await Tab.begin();
    await clock.pass(1_000);
    tab.viewing.open("a");
    await settled();
    const view = tab.view("a");
    expect(view.unread).toEqual({ from: 82, count: 120 });
    expect(view.target).toEqual({ seq: 82, highlight: false });
    expect(tab.seqs("a")).toEqual(numbers(32, 131));
    tab.viewing.open(null);
    tab.viewing.open("a");
    await settled();
    expect(tab.seqs("a")).toEqual(numbers(57, 201));
  });

  it("shows the place that is asked for", async () => {
    chat("a", 200);
    const tab = await Tab.begin();
    tab.viewing.open("a", 100);
    await settled();
    expect(tab.seqs("a")).toContain(100);
    expect(tab.view("a")).toMatchObject({
      older: true,
      newer: true,
      target: { seq: 100, highlight: true },
    });
  });

  it("shows an empty one as whole", async () => {
    server.addChat("a");
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    expect(tab.view("a")).toMatchObject({ older: false, newer: false, loading: null });
    server.say("a", "first");
    await clock.pass(100);
    expect(tab.seqs("a")).toEqual([1, 2]);
  });

  it("asks for one that is not known, and says so if there is none", async () => {
    const tab = await Tab.begin();
    chat("late", 3);
    server.logs.get("late")!.changed = 0;
    tab.viewing.open("late");
    await clock.pass(100);
    expect(tab.seqs("late")).toEqual([1, 2, 3, 4]);
    const error = { code: "not_found", text: "" } as const;
    server.refusals.push({ type: "chat", error });
    tab.viewing.open("nowhere");
    await clock.pass(100);
    expect(tab.view("nowhere")).toMatchObject({ stuck: true, loading: null, events: [] });
    const asked = server.sent("chat").length;
    server.say("late", "something else happens");
    await clock.pass(100);
    expect(server.sent("chat")).toHaveLength(asked);
  });

  it("shows without a connection what the device has", async () => {
    chat("a", 200);
    const tab = await Tab.begin();
    server.away = true;
    server.cut();
    tab.viewing.open("a");
    await clock.pass(16_000);
    expect(tab.seqs("a")).toEqual([199, 200, 201]);
    tab.viewing.older("a");
    await clock.pass(16_000);
    expect(tab.view("a")).toMatchObject({ stuck: true, loading: null });
    server.away = false;
    tab.device.engine.hurry();
    await clock.pass(1_000);
    expect(tab.seqs("a")).toEqual(numbers(149, 201));
    expect(tab.view("a").stuck).toBe(false);
  });

  it("comes back to the end of one that was open before, without a load", async () => {
    chat("a", 60);
    chat("b", 1);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    tab.viewing.open("b");
    tab.viewing.open("a");
    expect(tab.view("a")).toMatchObject({ loading: null, newer: false });
    expect(tab.seqs("a").at(-1)).toBe(61);
  });
});

describe("a view", () => {
  it("grows at its end", async () => {
    chat("a", 10);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    server.say("a", "new");
    await clock.pass(100);
    expect(tab.seqs("a").at(-1)).toBe(12);
    expect(tab.view("a").unread).toBeNull();
  });

  it("keeps nothing of a message that is deleted, nor does the list or the device", async () => {
    chat("a", 2);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    server.unsay("a", 3);
    await clock.pass(20);
    expect(tab.view("a").events.map(({ body }) => body.kind)).toEqual([
      "created",
      "message",
      "blank",
      "deleted",
    ]);
    expect(tab.state.chats.get("a")!.preview).toMatchObject({ seq: 3, body: { kind: "blank" } });
    const [kept] = await tab.device.store.events("a", 3, 3);
    expect(kept).toMatchObject({ body: { kind: "blank" } });
  });

  it("marks what came while nobody looked", async () => {
    chat("a", 10);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    tab.foreground = false;
    server.say("a", "one");
    await clock.pass(100);
    server.say("a", "two");
    await clock.pass(100);
    expect(tab.view("a").unread).toEqual({ from: 12, count: 2 });
    tab.foreground = true;
    server.say("a", "three");
    await clock.pass(100);
    expect(tab.view("a").unread).toEqual({ from: 12, count: 2 });
  });

  it("goes through the whole log, and holds a bounded part of it", async () => {
    chat("a", 2_500);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    while (tab.view("a").older) {
      tab.viewing.older("a");
      await settled();
      expect(tab.view("a").events.length).toBeLessThanOrEqual(VIEW_EVENTS);
    }
    expect(tab.seqs("a")).toEqual(numbers(1, VIEW_EVENTS));
    while (tab.view("a").newer) {
      tab.viewing.newer("a");
      await settled();
    }
    expect(tab.seqs("a")).toEqual(numbers(2_501 - VIEW_EVENTS + 1, 2_501));
    tab.viewing.jump("a", 3);
    await settled();
    expect(tab.seqs("a")).toContain(3);
    tab.viewing.jumpToNewest("a");
    await settled();
    expect(tab.seqs("a").at(-1)).toBe(2_501);
    expect(tab.view("a")).toMatchObject({ newer: false, target: { seq: 2_501 } });
  });

  it("that stands elsewhere is left alone by what comes", async () => {
    chat("a", 300);
    const tab = await Tab.begin();
    tab.viewing.open("a", 20);
    await settled();
    const before = tab.seqs("a");
    server.say("a", "far away");
    await clock.pass(100);
    expect(tab.seqs("a")).toEqual(before);
    expect(tab.view("a").newer).toBe(true);
  });

  it("does not run after a chat that went on for long", async () => {
    chat("a", 10);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    server.cut();
    for (let i = 0; i < 600; i++) server.say("a", `missed ${i}`);
    await clock.pass(5_000);
    expect(tab.view("a").newer).toBe(true);
    expect(tab.view("a").events.length).toBeLessThan(300);
    expect(tab.state.chats.get("a")!.held).toEqual([[1, 611]]);
  });

  it("jumps to what is loaded without a load", async () => {
    chat("a", 30);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    const before = tab.view("a").events;
    tab.viewing.jump("a", 5);
    expect(tab.view("a").target).toEqual({ seq: 5, highlight: true });
    expect(tab.view("a").events).toBe(before);
  });

  it("begins anew where everything is void", async () => {
    chat("a", 30);
    const tab = await Tab.begin();
    tab.viewing.open("a");
    await settled();
    server.logs.delete("a");
    chat("a", 3);
    server.life = "k2";
    server.cut();
    await clock.pass(2_000);
    expect(tab.seqs("a")).toEqual([1, 2, 3, 4]);
  });
});
