import { beforeEach, describe, expect, it } from "vitest";
import type { Command } from "@/wire/types";
import type { Refusal } from "../contract";
import { MemoryStore } from "../store/memory";
import type { Batch } from "../store/store";
import { settled, TestClock } from "../testing/clock";
import { TestDevice } from "../testing/device";
import { ME, TestServer } from "../testing/server";

let clock: TestClock;
let server: TestServer;

beforeEach(() => {
  clock = new TestClock();
  server = new TestServer(clock);
  server.addChat("a");
  server.addChat("b");
});

function begin(): Promise<TestDevice> {
  return TestDevice.begin(new MemoryStore(ME), server, clock);
}

function marks(type: "read" | "received"): unknown[] {
  return server.sent(type).flatMap((it) => (it as Extract<Command, { type: "read" }>).marks);
}

describe("a session", () => {
  it("catches up, and is online", async () => {
    const device = await begin();
    expect(device.state.link).toEqual({ status: "online" });
    expect([...device.state.chats.keys()].sort()).toEqual(["a", "b"]);
    expect(device.state.caughtUp).toBe(true);
    expect(device.state.users.has("a-peer")).toBe(true);
    expect(device.state.account?.user.id).toBe(ME);
  });

  it("goes on where the last one ended", async () => {
    const device = await begin();
    server.cut();
    server.say("a", "missed");
    await clock.pass(1_000);
    expect(server.sent("sync").at(-1)).toMatchObject({ since: "k1.4" });
    expect(device.state.chats.get("a")!.preview!.body).toMatchObject({ text: "missed" });
    expect(device.state.chats.get("a")!.held).toEqual([[1, 2]]);
  });

  it("forgets what is void after the server began another life", async () => {
    const device = await begin();
    server.logs.delete("b");
    server.life = "k2";
    server.cut();
    await clock.pass(1_000);
    expect([...device.state.chats.keys()]).toEqual(["a"]);
    expect(device.state.link.status).toBe("online");
  });

  it("is ended when nobody answers a heartbeat, and begun anew", async () => {
    const device = await begin();
    server.mute = true;
    await clock.pass(25_000 + 9_000);
    expect(server.opened).toBe(1);
    await clock.pass(1_050);
    expect(device.state.link.status).toBe("waiting");
    server.mute = false;
    await clock.pass(500);
    expect(server.opened).toBe(2);
    expect(device.state.link.status).toBe("online");
  });

  it("finds out sooner after a sleep", async () => {
    const device = await begin();
    server.mute = true;
    device.engine.hurry();
    await clock.pass(5_600);
    expect(server.opened).toBe(2);
  });

  it("believes the browser that the network is gone, until the server answers", async () => {
    const device = await begin();
    server.mute = device.offline = true;
    device.engine.hurry();
    await clock.pass(10);
    expect(device.state.link).toMatchObject({ status: "waiting", offline: true });
    server.mute = false;
    device.engine.hurry();
    await clock.pass(5_600);
    expect(device.state.link.status).toBe("online");
  });

  it("is not unsettled by an answer, though the browser knows of no network", async () => {
    const device = await begin();
    device.offline = true;
    device.engine.hurry();
    await clock.pass(100);
    expect(device.state.link.status).toBe("online");
    expect(server.opened).toBe(1);
  });

  it("tells at once that the app came to the front", async () => {
    const device = await begin();
    device.engine.look("t", { foreground: true, since: 1, open: "a", users: ["a-peer"] });
    await settled();
    expect(server.sent("watch").at(-1)).toEqual({ type: "watch", chat: "a", users: ["a-peer"] });
    expect(server.sent("heartbeat").at(-1)).toEqual({ type: "heartbeat", foreground: true });
    device.engine.look("t", { foreground: false, since: 1, open: "a", users: ["a-peer"] });
    device.engine.look("u", { foreground: true, since: 2, open: null, users: [] });
    await clock.pass(1_000);
    expect(server.sent("heartbeat")).toHaveLength(2);
  });
});

describe("the way back", () => {
  it("takes the pause that the server names", async () => {
    const device = await begin();
    server.push({ type: "goodbye", reconnect_after: 7_000 });
    await settled();
    server.cut(1012);
    await clock.pass(6_900);
    expect(device.state.link).toMatchObject({ status: "waiting" });
    await clock.pass(200);
    expect(device.state.link.status).toBe("online");
  });

  it("is shorter for who asks", async () => {
    const device = await begin();
    server.away = true;
    server.cut();
    await clock.pass(20_000);
    server.away = false;
    device.engine.hurry();
    await clock.pass(1);
    expect(device.state.link.status).toBe("online");
  });

  it("ends where the session is void", async () => {
    const device = await begin();
    server.cut(4401);
    await clock.pass(60_000);
    expect(device.state.phase).toBe("session-lost");
    expect(server.opened).toBe(1);
  });

  it("ends as well where the handshake is refused for that reason", async () => {
    const device = await begin();
    server.away = true;
    device.void = true;
    server.cut();
    await clock.pass(10_000);
    const { opened } = server;
    expect(device.state.phase).toBe("session-lost");
    await clock.pass(120_000);
    expect(server.opened).toBe(opened);
  });

  it("ends with the first handshake that is refused for that reason", async () => {
    const device = await begin();
    server.away = true;
    device.void = true;
    server.cut();
    await clock.pass(60_000);
    expect(device.state.phase).toBe("session-lost");
    expect(server.opened).toBe(2);
  });

  it("is no loss for who signs out", async () => {
    const device = await begin();
    device.engine.leaving(true);
    server.cut(4401);
    await clock.pass(1_000);
    expect(device.state.phase).not.toBe("session-lost");
  });

  it("stands still after another program took over, until the person returns", async () => {
    const device = await begin();
    server.cut(4409);
    await clock.pass(1);
    expect(device.state.link).toMatchObject({ status: "waiting", elsewhere: true });
    device.engine.hurry();
    await clock.pass(120_000);
    expect(server.opened).toBe(1);
    device.engine.returned();
    await clock.pass(1);
    expect(device.state.link.status).toBe("online");
    expect(server.opened).toBe(2);
  });

  it("is not gone as somebody else", async () => {
    const device = await begin();
    server.user = "you";
    server.cut();
    await clock.pass(1_000);
    expect(device.otherAccount).toBe("you");
    expect(device.state.user).toBe(ME);
  });
});

describe("the log", () => {
  it("is acknowledged as far as it is without a gap", async () => {
    await begin();
    server.say("a", "one");
    await clock.pass(50);
    expect(marks("received")).toContainEqual({ chat: "a", seq: 2 });
  });

  it("waits for what is under way before it asks for it", async () => {
    const device = await begin();
    const log = server.logs.get("a")!;
    const event = (seq: number) => ({ ...log.events[0]!, seq, sender: "a-peer", count: seq - 1 });
    const body = { kind: "message", text: "hi" } as const;
    log.events.push({ ...event(2), body }, { ...event(3), body });
    server.push({ type: "event", event: log.events[2]! });
    await clock.pass(250);
    server.push({ type: "event", event: log.events[1]! });
    await clock.pass(2_000);
    expect(server.sent("history")).toEqual([]);
    expect(device.state.chats.get("a")!.held).toEqual([[1, 3]]);
  });

  it("is fetched where it has a gap, and not acknowledged before", async () => {
    const device = await begin();
    const log = server.logs.get("a")!;
    const body = { kind: "message", text: "hi" } as const;
    for (const seq of [2, 3]) log.events.push({ ...log.events[0]!, seq, sender: "a-peer", body });
    server.push({ type: "event", event: log.events[2]! });
    await clock.pass(290);
    expect(marks("received")).not.toContainEqual({ chat: "a", seq: 3 });
    await clock.pass(50);
    expect(server.sent("history")).toEqual([{ type: "history", chat: "a", after: 1, limit: 1 }]);
    expect(marks("received")).toContainEqual({ chat: "a", seq: 3 });
    expect(device.state.chats.get("a")!.held).toEqual([[1, 3]]);
  });

  it("is asked for again on the part of the chat that is new", async () => {
    const device = await begin();
    server.addChat("c");
    server.say("c", "who are you");
    await clock.pass(100);
    expect(server.sent("chat")).toEqual([{ type: "chat", chat: "c" }]);
    expect(device.state.chats.get("c")!.count).toBe(1);
  });

  it("is acknowledged only once it is stored, and told to other tabs then", async () => {
    const slow = new SlowStore(ME);
    const device = await TestDevice.begin(slow, server, clock);
    slow.stop();
    server.say("a", "one");
    await clock.pass(1_000);
    const told = device.told.length;
    expect(device.state.chats.get("a")!.last).toBe(2);
    expect(marks("received")).not.toContainEqual({ chat: "a", seq: 2 });
    slow.goOn();
    await clock.pass(50);
    expect(marks("received")).toContainEqual({ chat: "a", seq: 2 });
    expect(device.told.length).toBeGreaterThan(told);
  });

  it("acknowledges again what the server hands over again", async () => {
    await begin();
    const event = server.say("a", "one");
    await clock.pass(100);
    const before = marks("received").length;
    server.push({ type: "event", event });
    await clock.pass(100);
    expect(marks("received").slice(before)).toEqual([{ chat: "a", seq: 2 }]);
  });

  it("keeps the token only with all that came before it", async () => {
    const slow = new SlowStore(ME);
    await TestDevice.begin(slow, server, clock);
    const events = new Map<string, number>();
    for (const batch of slow.written) {
      for (const event of batch.events) events.set(event.chat, event.seq);
      if (batch.meta?.since) expect(events).toEqual(new Map([["a", 1], ["b", 1]])); // prettier-ignore
    }
    expect(slow.written.some((batch) => batch.meta?.since === "k1.4")).toBe(true);
  });
});

describe("reading", () => {
  it("is told about a second later, and shown at once", async () => {
    const device = await begin();
    server.say("a", "one");
    await clock.pass(100);
    device.engine.seen("a", 2, 1);
    await settled();
    const { mine, count } = device.state.chats.get("a")!;
    expect([mine.read, mine.read_count, count]).toEqual([2, 1, 1]);
    await clock.pass(900);
    expect(marks("read")).toEqual([]);
    await clock.pass(200);
    expect(marks("read")).toEqual([{ chat: "a", seq: 2 }]);
  });

  it("is told after the connection is back, if it was not confirmed", async () => {
    const device = await begin();
    server.say("a", "one");
    await clock.pass(100);
    server.mute = true;
    device.engine.seen("a", 2, 1);
    await clock.pass(1_100);
    server.cut();
    server.mute = false;
    await clock.pass(1_000);
    expect(marks("read")).toEqual([{ chat: "a", seq: 2 }, { chat: "a", seq: 2 }]); // prettier-ignore
    server.cut();
    await clock.pass(1_000);
    expect(marks("read")).toHaveLength(2);
  });

  it("never goes beyond what there is", async () => {
    const device = await begin();
    device.engine.seen("a", 99, 0);
    await clock.pass(1_100);
    expect(marks("read")).toEqual([{ chat: "a", seq: 1 }]);
  });
});

describe("asking", () => {
  it("waits for a connection", async () => {
    const device = await begin();
    server.away = true;
    server.cut();
    const asked = device.engine.ask({ type: "me" });
    await clock.pass(3_000);
    server.away = false;
    await clock.pass(10_000);
    await expect(asked).resolves.toMatchObject({ user: { id: ME } });
  });

  it("gives up in the end", async () => {
    const device = await begin();
    server.away = true;
    server.cut();
    const asked = device.engine.ask({ type: "me" }).catch((error: unknown) => error as Refusal);
    await clock.pass(16_000);
    expect(await asked).toMatchObject({ code: "offline" });
  });

  it("finds the answer in the state", async () => {
    const device = await begin();
    const asked = device.engine.ask({ type: "arrange", chat: "a", archived: true }).then(() => {
      expect(device.state.chats.get("a")!.mine.archived).toBe(true);
    });
    await settled();
    await asked;
  });

  it("tries again what was refused for the moment only", async () => {
    const device = await begin();
    const busy = { code: "busy", text: "", retry: true, retry_after: 700 } as const;
    server.refusals.push({ type: "members", error: busy });
    const asked = device.engine.ask({ type: "members", chat: "a" });
    await clock.pass(800);
    await asked;
    expect(server.sent("members")).toHaveLength(2);
    const limited = { code: "rate_limited", text: "", retry: true, retry_after: 700 } as const;
    server.refusals.push({ type: "find", error: limited });
    await expect(device.engine.ask({ type: "find", query: "an" })).rejects.toMatchObject({
      code: "rate_limited",
      retryAfter: 700,
    });
  });
});

describe("what passes", () => {
  it("lapses", async () => {
    const device = await begin();
    server.push({ type: "typing", chat: "a", user: "a-peer" });
    await clock.pass(100);
    expect(device.state.typing.get("a")?.has("a-peer")).toBe(true);
    await clock.pass(6_000);
    expect(device.state.typing.has("a")).toBe(false);
  });

  it("is let go when nobody tells of it any more", async () => {
    const device = await begin();
    server.push({ type: "presence", user: "a-peer", online: true });
    server.push({ type: "presence", user: "b-peer", last_seen: 9 });
    server.push({ type: "typing", chat: "a", user: "a-peer" });
    await clock.pass(100);
    server.away = true;
    server.cut();
    await clock.pass(1_100);
    expect(device.state.presence.get("a-peer")).toMatchObject({ online: true });
    await clock.pass(200);
    const nothing = { online: false, lastSeen: 0 };
    expect(device.state.presence.get("a-peer")).toEqual(nothing);
    expect(device.state.presence.get("b-peer")).toEqual(nothing);
    expect(device.state.typing.has("a")).toBe(false);
  });

  it("stays when the connection is back before anybody noticed", async () => {
    const device = await begin();
    server.push({ type: "presence", user: "a-peer", online: true });
    await clock.pass(100);
    server.cut();
    await clock.pass(10_000);
    expect(device.state.presence.get("a-peer")).toMatchObject({ online: true });
  });

  it("is let go at once where the browser knows of no network, and asked for anew", async () => {
    const device = await begin();
    device.engine.look("t", { foreground: true, since: 1, open: "a", users: ["a-peer"] });
    server.push({ type: "presence", user: "a-peer", online: true });
    await clock.pass(100);
    server.mute = device.offline = true;
    device.engine.hurry();
    await clock.pass(100);
    expect(device.state.presence.get("a-peer")).toMatchObject({ online: false });
    const asked = server.sent("watch").length;
    server.mute = device.offline = false;
    device.engine.hurry();
    await clock.pass(5_600);
    expect(device.state.link.status).toBe("online");
    expect(server.sent("watch").length).toBe(asked + 1);
  });

  it("ends with the message that was typed", async () => {
    const device = await begin();
    server.push({ type: "typing", chat: "a", user: "a-peer" });
    await clock.pass(100);
    server.say("a", "there");
    await clock.pass(100);
    expect(device.state.typing.has("a")).toBe(false);
  });
});

/** A store whose disk takes its time. */
class SlowStore extends MemoryStore {
  readonly written: Batch[] = [];
  private gate: Promise<void> = Promise.resolve();
  goOn: () => void = () => undefined;

  stop(): void {
    this.gate = new Promise((resolve) => (this.goOn = resolve));
  }

  override async write(batch: Batch): Promise<void> {
    this.written.push(batch);
    await this.gate;
    await super.write(batch);
  }
}
