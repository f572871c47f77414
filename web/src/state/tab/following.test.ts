import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import { Refusal } from "../contract";
import type { Pending, State } from "../model";
import { patched } from "../patch";
import { openStore } from "../store/opening";
import { TestClock, until } from "../testing/clock";
import { TestDevice } from "../testing/device";
import { ME, TestServer } from "../testing/server";
import { Following } from "./following";
import { Leading } from "./leading";
import type { Note } from "./notes";

let clock: TestClock;
let server: TestServer;
let room: Room;

/** Tabs that hear each other, as a BroadcastChannel lets them. */
class Room {
  private readonly ears = new Map<object, (note: Note) => void>();

  enter(who: object, heard: (note: Note) => void): (note: Note) => void {
    this.ears.set(who, heard);
    return (note) => {
      if (!this.ears.has(who)) return;
      const said = structuredClone(note);
      for (const [other, ear] of this.ears) if (other !== who) queueMicrotask(() => ear(said));
    };
  }

  leave(who: object): void {
    this.ears.delete(who);
  }
}

/** A tab that follows. */
class Tab {
  state = {
    chats: new Map(),
    users: new Map(),
    outbox: [],
    presence: new Map(),
    typing: new Map(),
  } as unknown as State;
  readonly following: Following;
  led = 0;
  stuck = 0;

  constructor(name: string) {
    const say = room.enter(this, (note) => this.following.heard(note));
    this.following = new Following(name, clock, {
      say,
      show: (patch) => (this.state = patched(this.state, patch)),
      led: () => (this.led += 1),
      stuck: () => (this.stuck += 1),
    });
    this.following.join();
  }
}

/** A tab that leads. */
class Leader {
  readonly deaths = new Map<string, () => void>();
  deposed = false;

  private constructor(
    readonly device: TestDevice,
    readonly leading: Leading,
  ) {}

  static async begin(): Promise<Leader> {
    const { store } = await openStore(ME);
    const device = await TestDevice.begin(store, server, clock);
    const { epoch } = await store.load();
    const key = {};
    const deaths = new Map<string, () => void>();
    const say = room.enter(key, (note) => leader.leading.heard(note));
    const leading = new Leading(device.engine, epoch, {
      say,
      onDeath: (tab, gone) => {
        deaths.set(tab, gone);
        return () => deaths.delete(tab);
      },
      deposed: () => (leader.deposed = true),
    });
    const leader: Leader = Object.assign(new Leader(device, leading), { deaths, key });
    device.hear((patch) => leading.tell(patch));
    leading.begin();
    await clock.pass(10);
    return leader;
  }

  /** It is gone, without a word. */
  async vanish(): Promise<void> {
    room.leave((this as unknown as { key: object }).key);
    await this.device.crash();
  }
}

const entry = (clientId: string, text: string, order: number): Pending => ({
  clientId,
  chat: "a",
  body: { kind: "message", text },
  at: 1,
  order,
  status: "waiting",
});

beforeEach(() => {
  indexedDB.deleteDatabase(`chinwag:${ME}`);
  clock = new TestClock();
  server = new TestServer(clock);
  server.addChat("a");
  room = new Room();
});

describe("a tab that follows", () => {
  it("is told everything there is, and what comes", async () => {
    const leader = await Leader.begin();
    const tab = new Tab("t1");
    await until(() => tab.state.chats.size === 1);
    expect(tab.state.link).toEqual({ status: "online" });
    server.say("a", "hello");
    await until(async () => {
      await clock.pass(50);
      return tab.state.chats.get("a")!.last === 2;
    });
    expect(tab.state.chats).toEqual(leader.device.state.chats);
    await leader.device.close();
  });

  it("finds the leading tab also if that one comes later", async () => {
    const tab = new Tab("t1");
    const asked = tab.following.ask({ type: "me" });
    const leader = await Leader.begin();
    await until(() => tab.state.chats.size === 1);
    await expect(asked).resolves.toMatchObject({ user: { id: ME } });
    expect(tab.led).toBe(1);
    await leader.device.close();
  });

  it("asks again when another tab takes over", async () => {
    const first = await Leader.begin();
    const tab = new Tab("t1");
    await until(() => tab.state.chats.size === 1);
    server.mute = true;
    const asked = tab.following.ask({ type: "arrange", chat: "a", archived: true });
    await clock.pass(10);
    await first.vanish();
    server.mute = false;
    const second = await Leader.begin();
    await expect(asked).resolves.toMatchObject({ archived: true });
    expect(tab.led).toBe(2);
    await until(() => tab.state.chats.get("a")!.mine.archived === true);
    await second.device.close();
  });

  it("asks again as well when the leading tab takes its leave", async () => {
    const first = await Leader.begin();
    const tab = new Tab("t1");
    await until(() => tab.state.chats.size === 1);
    server.away = true;
    server.cut();
    const asked = tab.following.ask({ type: "me" });
    await clock.pass(10);
    first.leading.end();
    await first.device.close();
    server.away = false;
    const second = await Leader.begin();
    await expect(asked).resolves.toMatchObject({ user: { id: ME } });
    await second.device.close();
  });

  it("hears why it was refused", async () => {
    const leader = await Leader.begin();
    const tab = new Tab("t1");
    const error = { code: "rate_limited", text: "", retry: true, retry_after: 300 } as const;
    server.refusals.push({ type: "find", error });
    const refusal = await tab.following
      .ask({ type: "find", query: "ann" })
      .catch((caught: unknown) => caught);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: "rate_limited", retryAfter: 300 });
    await leader.device.close();
  });

  it("gives up where nobody answers, and notices that nobody does", async () => {
    const tab = new Tab("t1");
    const asked = tab.following.ask({ type: "me" }).catch((caught: unknown) => caught);
    await clock.pass(3_100);
    expect(tab.stuck).toBe(1);
    await clock.pass(20_000);
    expect(await asked).toMatchObject({ code: "offline" });
  });

  it("does not think of a tab that answers that it hangs", async () => {
    const leader = await Leader.begin();
    const tab = new Tab("t1");
    tab.following.knock();
    await clock.pass(10_000);
    expect(tab.stuck).toBe(0);
    await leader.device.close();
  });

  it("is told everything anew after it missed something", async () => {
    const leader = await Leader.begin();
    const tab = new Tab("t1");
    await until(() => tab.state.chats.size === 1);
    room.leave(tab);
    server.say("a", "unheard");
    await until(async () => {
      await clock.pass(50);
      return leader.device.state.chats.get("a")!.last === 2;
    });
    room.enter(tab, (note) => tab.following.heard(note));
    server.say("a", "heard");
    await until(async () => {
      await clock.pass(50);
      return tab.state.chats.get("a")!.last === 3;
    });
    await leader.device.close();
  });
});

describe("what a tab writes", () => {
  it("goes out once, though the leading tab dies on the way", async () => {
    const first = await Leader.begin();
    const tab = new Tab("t1");
    const { store } = await openStore(ME);
    const one = entry("client-one", "one", 1);
    await store.queue(one);
    server.mute = true;
    tab.following.queue(one);
    await clock.pass(10);
    expect(server.texts("a")).toEqual(["one"]);
    await first.vanish();
    server.mute = false;
    server.cut();
    const second = await Leader.begin();
    // The tab has not heard of it, and says it again.
    tab.following.queue(one);
    tab.following.queue(entry("client-two", "two", 2));
    await until(async () => {
      await clock.pass(50);
      return server.texts("a").length === 2 && tab.state.outbox.length === 0;
    });
    expect(server.texts("a")).toEqual(["one", "two"]);
    await second.device.close();
    expect((await store.load()).outbox).toEqual([]);
    store.close();
  });
});

describe("the leading tab", () => {
  it("forgets what a tab that is gone looked at", async () => {
    const leader = await Leader.begin();
    const tab = new Tab("t1");
    await until(() => tab.state.chats.size === 1);
    tab.following.look("t1", { foreground: true, since: 1, open: "a", users: ["u"] });
    await clock.pass(10);
    expect(server.sent("watch").at(-1)).toMatchObject({ chat: "a", users: ["u"] });
    expect(server.sent("heartbeat").at(-1)).toMatchObject({ foreground: true });
    leader.deaths.get("t1")!();
    await clock.pass(1_000);
    expect(server.sent("watch").at(-1)).toEqual({ type: "watch", users: [] });
    expect(server.sent("heartbeat").at(-1)).toMatchObject({ foreground: false });
    await leader.device.close();
  });

  it("that hung learns that it leads no more, and is not believed", async () => {
    const hung = await Leader.begin();
    const tab = new Tab("t1");
    await until(() => tab.state.chats.size === 1);
    const leader = await Leader.begin();
    expect([hung.deposed, leader.deposed]).toEqual([true, false]);
    await until(() => tab.led === 2);
    hung.leading.begin();
    tab.following.join();
    await clock.pass(100);
    expect(tab.led).toBe(2);
    server.say("a", "written by one");
    await clock.pass(100);
    await until(() => hung.device.fenced > 0);
    expect(leader.device.fenced).toBe(0);
    await leader.device.close();
    await hung.device.close();
  });

  it("says nothing where nobody listens", async () => {
    const leader = await Leader.begin();
    const heard: Note[] = [];
    room.enter({}, (note) => heard.push(note));
    server.say("a", "hello");
    await clock.pass(100);
    expect(heard.filter(({ kind }) => kind === "patch")).toEqual([]);
    await leader.device.close();
  });
});
