import "fake-indexeddb/auto";
import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";
import type { ChatEvent } from "@/wire/types";
import { begun, withEvents, type Kept } from "../chats/kept";
import type { Pending } from "../model";
import { World, CHAT, ME } from "../testing/world";
import { databaseName, DatabaseStore, dropDatabase, openDatabase } from "./database";
import { GuardedStore } from "./guarded";
import { openStore } from "./opening";
import { Fenced, type Batch } from "./store";

const NOTHING: Batch = {
  forget: false,
  chats: [],
  events: [],
  blanked: [],
  users: [],
  meta: null,
  queued: [],
  unqueued: [],
  reads: null,
};
const META = { user: ME, device: "d", since: "k1.9", account: null };
const written = (clientId: string, order = 1): Pending => ({
  clientId,
  chat: CHAT,
  body: { kind: "message", text: clientId },
  at: 1,
  order,
  status: "waiting",
});

function chat(): { kept: Kept; events: readonly ChatEvent[] } {
  const world = new World();
  for (const text of ["one", "two", "three"]) world.say("ann", text);
  const { chat: kept } = begun({ ...world.head(), events: [] }, ME, 0);
  return { kept: withEvents(kept, world.log, ME).chat, events: world.log };
}

beforeEach(() => dropDatabase(ME));

describe("the store", () => {
  it("gives back what was written, in one piece", async () => {
    const { kept, events } = chat();
    const { store } = await openStore(ME);
    await store.claim();
    await store.write({ ...NOTHING, chats: [kept], events, meta: META, reads: [[CHAT, 2]] });
    await store.queue(written("client-1"));
    await store.draft(CHAT, { text: "half a", at: 5 });
    store.close();
    const { store: again, saved } = await openStore(ME);
    expect(saved).toEqual({
      epoch: 1,
      meta: META,
      chats: [kept],
      users: [],
      outbox: [written("client-1")],
      drafts: [[CHAT, { text: "half a", at: 5 }]],
      reads: [[CHAT, 2]],
    });
    expect(await again.events(CHAT, 2, 3)).toEqual(events.slice(1, 3));
    await again.draft(CHAT, null);
    expect((await again.load()).drafts).toEqual([]);
    again.close();
  });

  it("keeps nothing of a message that was deleted for everyone", async () => {
    const { kept, events } = chat();
    const { store } = await openStore(ME);
    await store.claim();
    await store.write({ ...NOTHING, chats: [kept], events, meta: META, blanked: [[CHAT, 2]] });
    await store.write({ ...NOTHING, blanked: [[CHAT, 99]] });
    const bodies = (await store.events(CHAT, 1, 9)).map(({ body }) => body);
    const [first, , ...rest] = events.map(({ body }) => body);
    expect(bodies).toEqual([first, { kind: "blank" }, ...rest]);
    store.close();
  });

  it("forgets chats and their logs, and nothing that only this device has", async () => {
    const { kept, events } = chat();
    const { store } = await openStore(ME);
    await store.claim();
    await store.write({ ...NOTHING, chats: [kept], events, meta: META });
    await store.queue(written("client-1"));
    await store.write({ ...NOTHING, forget: true, meta: { ...META, since: null } });
    const saved = await store.load();
    expect([saved.chats, saved.meta.since, saved.outbox.length]).toEqual([[], null, 1]);
    expect(await store.events(CHAT, 1, 9)).toEqual([]);
    store.close();
  });

  it("takes the server's word from the tab that leads, and from no other", async () => {
    const first = await openStore(ME);
    const second = await openStore(ME);
    await first.store.claim();
    expect(await second.store.claim()).toBe(2);
    await expect(first.store.write({ ...NOTHING, meta: META })).rejects.toBeInstanceOf(Fenced);
    await second.store.write({ ...NOTHING, meta: META });
    await first.store.queue(written("client-1"));
    expect((await second.store.load()).outbox).toHaveLength(1);
    first.store.close();
    second.store.close();
  });

  it("writes no token after something before it could not be written", async () => {
    const db = await openDatabase(ME);
    const store = new DatabaseStore(db, ME);
    await store.claim();
    const unclonable = { ...chat().events[0]!, body: () => undefined } as unknown as ChatEvent;
    const lost = store.write({ ...NOTHING, events: [unclonable] });
    const after = store.write({ ...NOTHING, meta: META });
    await expect(lost).rejects.toThrow();
    await expect(after).rejects.toThrow();
    expect((await store.load()).meta.since).toBeNull();
    store.close();
  });

  it("lets go when the account is forgotten in another tab", async () => {
    const { store } = await openStore(ME);
    await dropDatabase(ME);
    await expect(store.draft(CHAT, { text: "x", at: 1 })).rejects.toThrow();
  });
});

describe("a store that fails", () => {
  it("goes on in memory, and still shows what it kept", async () => {
    const { kept, events } = chat();
    const db = await openDatabase(ME);
    const store = new GuardedStore(new DatabaseStore(db, ME));
    await store.claim();
    await store.write({ ...NOTHING, chats: [kept], events: events.slice(0, 2), meta: META });
    expect(store.durable).toBe(true);
    const unclonable = { ...kept, at: (() => 1) as unknown as number };
    await store.write({ ...NOTHING, chats: [unclonable], events: events.slice(2) });
    expect(store.durable).toBe(false);
    expect(await store.events(CHAT, 1, 9)).toEqual(events);
    store.close();
  });
});

describe("a store that cannot be used", () => {
  const damage = async (
    change: (db: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>,
  ) => {
    const { kept, events } = chat();
    const { store } = await openStore(ME);
    await store.claim();
    await store.write({ ...NOTHING, chats: [kept], events, meta: META });
    await store.queue(written("client-1"));
    await store.draft(CHAT, { text: "half a", at: 5 });
    store.close();
    const db = await openDatabase(ME);
    await change(db);
    db.close();
  };

  it.each([
    ["a chat of another shape", (db) => db.put("chats", { id: "odd" } as Kept)],
    ["another account's", (db) => db.put("meta", { ...META, user: "you" }, "meta")],
    ["no epoch", (db) => db.put("meta", "soon", "epoch")],
  ] satisfies [string, Parameters<typeof damage>[0]][])(
    "is filled again, but for what only this device has: %s",
    async (_, change) => {
      await damage(change);
      const { store, saved } = await openStore(ME);
      expect([saved.chats, saved.meta.since]).toEqual([[], null]);
      expect(saved.outbox).toEqual([written("client-1")]);
      expect(saved.drafts).toEqual([[CHAT, { text: "half a", at: 5 }]]);
      expect(store.durable).toBe(true);
      store.close();
    },
  );

  it("is dropped if a newer version made it, and its drafts are read as far as they can be", async () => {
    const newer = await openDB(databaseName(ME), 7, {
      upgrade(db) {
        void db.createObjectStore("drafts").put({ text: "from the future", mood: 1, at: 9 }, CHAT);
        void db.createObjectStore("outbox").put("what is this", "client-1");
      },
    });
    newer.close();
    const { store, saved } = await openStore(ME);
    expect(saved.drafts).toMatchObject([[CHAT, { text: "from the future" }]]);
    expect(saved.outbox).toEqual([]);
    store.close();
  });

  it("is replaced by memory where there is none at all", async () => {
    const { indexedDB: given } = globalThis;
    Reflect.deleteProperty(globalThis, "indexedDB");
    const { store, saved } = await openStore(ME);
    Object.assign(globalThis, { indexedDB: given });
    expect(store.durable).toBe(false);
    expect(saved.chats).toEqual([]);
    await store.write({ ...NOTHING, events: chat().events });
    expect(await store.events(CHAT, 1, 2)).toHaveLength(2);
  });
});
