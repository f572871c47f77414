import "fake-indexeddb/auto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { RequestError } from "@/wire/types";
import { MemoryStore } from "../store/memory";
import { openStore } from "../store/opening";
import { settled, TestClock, until } from "../testing/clock";
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

const begin = () => TestDevice.begin(new MemoryStore(ME), server, clock);
const refused = (code: RequestError["code"], retry = false, wait = 0) => ({
  type: "send" as const,
  error: { code, text: "", retry, retry_after: wait },
});

describe("messages on their way", () => {
  it("go out in order, and become entries of the log at once", async () => {
    const device = await begin();
    for (const text of ["one", "two", "three"]) await device.write("a", text);
    await clock.pass(100);
    expect(server.texts("a")).toEqual(["one", "two", "three"]);
    expect(device.state.outbox).toEqual([]);
    expect(device.state.chats.get("a")).toMatchObject({ last: 4, count: 3, held: [[1, 4]] });
    expect(device.state.chats.get("a")!.mine.read_count).toBe(3);
  });

  it("wait for each other within a chat only", async () => {
    const device = await begin();
    server.refusals.push(refused("busy", true, 5_000));
    await device.write("a", "one");
    await device.write("a", "two");
    await device.write("b", "elsewhere");
    await clock.pass(100);
    expect(server.texts("a")).toEqual([]);
    expect(server.texts("b")).toEqual(["elsewhere"]);
    expect(device.state.outbox[0]).toMatchObject({ status: "waiting", error: { code: "busy" } });
    expect(device.state.outbox[0]!.retryAt).toBeGreaterThan(clock.now());
    await clock.pass(5_000);
    expect(server.texts("a")).toEqual(["one", "two"]);
  });

  it("wait longer and longer where the server names no time", async () => {
    const device = await begin();
    for (let i = 0; i < 3; i++) server.refusals.push(refused("unavailable", true));
    await device.write("a", "one");
    const tries = () => server.sent("send").length;
    await clock.pass(490);
    expect(tries()).toBe(1);
    await clock.pass(20);
    expect(tries()).toBe(2);
    await clock.pass(1_000);
    expect(tries()).toBe(3);
    await clock.pass(2_000);
    expect(server.texts("a")).toEqual(["one"]);
  });

  it("fail with the reason where the refusal is final, and let the next one pass", async () => {
    const device = await begin();
    server.refusals.push(refused("not_a_member"));
    const entry = await device.write("a", "one");
    await device.write("a", "two");
    await clock.pass(100);
    expect(server.texts("a")).toEqual(["two"]);
    expect(device.state.outbox).toMatchObject([
      { clientId: entry.clientId, status: "failed", error: { code: "not_a_member" } },
    ]);
    device.engine.retry(entry.clientId);
    await clock.pass(100);
    expect(server.texts("a")).toEqual(["two", "one"]);
    expect(device.state.outbox).toEqual([]);
  });

  it("give up on what the server cannot digest, and only then", async () => {
    const device = await begin();
    for (let i = 0; i < 8; i++) server.refusals.push(refused("internal", true));
    await device.write("a", "poison");
    await device.write("a", "fine");
    await clock.pass(120_000);
    expect(server.texts("a")).toEqual(["fine"]);
    expect(device.state.outbox).toMatchObject([{ status: "failed", error: { code: "internal" } }]);
  });

  it("can be taken back before they are sent", async () => {
    const device = await begin();
    server.away = true;
    server.cut();
    const entry = await device.write("a", "oops");
    device.engine.discard(entry.clientId);
    server.away = false;
    await clock.pass(5_000);
    expect(server.texts("a")).toEqual([]);
    expect(device.state.outbox).toEqual([]);
  });

  it("are sent again where the answer got lost, and stand in the log once", async () => {
    const device = await begin();
    server.mute = true;
    await device.write("a", "one");
    await device.write("a", "two");
    await clock.pass(1_000);
    expect(server.texts("a")).toEqual(["one"]);
    server.cut();
    server.mute = false;
    await clock.pass(2_000);
    expect(server.texts("a")).toEqual(["one", "two"]);
    expect(device.state.outbox).toEqual([]);
    expect(device.state.chats.get("a")!.last).toBe(3);
  });

  it("notice by themselves that no answer comes", async () => {
    const device = await begin();
    server.mute = true;
    await device.write("a", "one");
    await clock.pass(20_100);
    server.mute = false;
    await clock.pass(5_000);
    expect(server.texts("a")).toEqual(["one"]);
    expect(device.state.outbox).toEqual([]);
  });
});

describe("whatever goes wrong in between", () => {
  const trouble = fc.constantFrom("cut", "mute", "busy", "reload", "crash", "wait");
  const step = fc.oneof(trouble, fc.constantFrom("a", "b").map((chat) => ({ chat }))); // prettier-ignore

  it("all messages arrive once, in the order of writing", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        indexedDB.deleteDatabase(`chinwag:${ME}`);
        clock = new TestClock();
        server = new TestServer(clock);
        server.addChat("a");
        server.addChat("b");
        let { store } = await openStore(ME);
        let device = await TestDevice.begin(store, server, clock);
        const written: Record<string, string[]> = { a: [], b: [] };
        for (const [i, it] of steps.entries()) {
          if (typeof it === "object") {
            written[it.chat]!.push(`m${i}`);
            await device.write(it.chat, `m${i}`);
          } else if (it === "cut") server.cut();
          else if (it === "mute") server.mute = !server.mute;
          else if (it === "busy") server.refusals.push(refused("busy", true, 50));
          else if (it === "wait") await clock.pass(30);
          else {
            await (it === "crash" ? device.crash() : device.close());
            ({ store } = await openStore(ME));
            device = await TestDevice.begin(store, server, clock);
          }
        }
        server.mute = false;
        server.cut();
        await until(async () => {
          await clock.pass(1_000);
          return device.state.outbox.length === 0 && device.state.link.status === "online";
        });
        expect({ a: server.texts("a"), b: server.texts("b") }).toEqual(written);
        await device.close();
        const left = await openStore(ME);
        expect(left.saved.outbox).toEqual([]);
        for (const { id, last } of left.saved.chats) {
          const events = await left.store.events(id, 1, last);
          expect(events.map((event) => event.seq)).toEqual(
            server.logs.get(id)!.events.map((event) => event.seq),
          );
        }
        left.store.close();
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it("what is written without a connection waits for the next start", async () => {
    indexedDB.deleteDatabase(`chinwag:${ME}`);
    const first = await openStore(ME);
    const device = await TestDevice.begin(first.store, server, clock);
    server.away = true;
    server.cut();
    await device.write("a", "later");
    await device.close();
    const { store, saved } = await openStore(ME);
    expect(saved.outbox).toMatchObject([{ body: { text: "later" }, status: "waiting" }]);
    server.away = false;
    const again = await TestDevice.begin(store, server, clock);
    await until(() => server.texts("a").length === 1);
    await settled();
    expect(again.state.outbox).toEqual([]);
    await again.close();
  });
});
