/**
 * The durable store: one IndexedDB database for each account.
 *
 * All tabs read it; only the leading one writes what the server said, and each of its transactions
 * checks that it still leads (`epoch`). Drafts, and messages on their way, are written by the tab
 * in which they were written.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";
import type { ChatEvent, Id, Millis, Seq, User } from "@/wire/types";
import { blanked, type Kept } from "../chats/kept";
import type { Draft, Pending } from "../model";
import { emptySaved, Fenced, type Batch, type Meta, type Saved, type Store } from "./store";

/** 2: files, and what was played. */
const VERSION = 2;
const STORES = ["meta", "chats", "events", "users", "outbox", "drafts", "files", "played"] as const;
type StoreName = (typeof STORES)[number];
type Reads = readonly (readonly [Id, Seq])[];

interface Schema extends DBSchema {
  /** `meta`: Meta, `epoch`: number, `reads`: Reads. */
  meta: { key: string; value: unknown };
  chats: { key: Id; value: Kept };
  events: { key: [Id, Seq]; value: ChatEvent };
  users: { key: Id; value: User };
  outbox: { key: string; value: Pending };
  drafts: { key: Id; value: Draft };
  /** By the client id of the message in the outbox. */
  files: { key: string; value: Blob };
  /** When a voice message was listened to first, by the id of its file. */
  played: { key: Id; value: Millis };
}

type Database = IDBPDatabase<Schema>;
type Writing = IDBPTransaction<Schema, StoreName[], "readwrite">;

// A power cut may take the last moments: since tokens and client ids make that harmless.
const RELAXED = { durability: "relaxed" } as const;

/** Where an account's things are kept. */
export function databaseName(user: Id): string {
  return `chinwag:${user}`;
}

/** Open it, made if there is none. Rejects where nothing may be kept, or for a newer version's. */
export async function openDatabase(user: Id): Promise<Database> {
  const db = await openDB<Schema>(databaseName(user), VERSION, {
    upgrade(opened, from) {
      if (from < 2) {
        opened.createObjectStore("files");
        opened.createObjectStore("played");
      }
      if (from > 0) return;
      opened.createObjectStore("meta");
      opened.createObjectStore("chats", { keyPath: "id" });
      opened.createObjectStore("events", { keyPath: ["chat", "seq"] });
      opened.createObjectStore("users", { keyPath: "id" });
      opened.createObjectStore("outbox", { keyPath: "clientId" });
      opened.createObjectStore("drafts");
    },
    // Another tab deletes it, or brings it to a newer version: let go.
    blocking: () => db.close(),
  });
  if (STORES.every((name) => db.objectStoreNames.contains(name))) return db;
  db.close();
  throw new Error("not a store of ours");
}

/** Forget the account on this device. */
export function dropDatabase(user: Id): Promise<void> {
  return deleteDB(databaseName(user));
}

export class DatabaseStore implements Store {
  readonly durable = true;
  private epoch = -1;
  // After a transaction that failed none may follow: the since token would outlive its events.
  private broken = false;

  constructor(
    private readonly db: Database,
    private readonly user: Id,
  ) {}

  async load(): Promise<Saved> {
    const tx = this.db.transaction(["meta", "chats", "users", "outbox", "drafts"]);
    const [meta, epoch, reads, chats, users, outbox, places, drafts] = await Promise.all([
      tx.objectStore("meta").get("meta") as Promise<Meta | undefined>,
      tx.objectStore("meta").get("epoch") as Promise<number | undefined>,
      tx.objectStore("meta").get("reads") as Promise<Reads | undefined>,
      tx.objectStore("chats").getAll(),
      tx.objectStore("users").getAll(),
      tx.objectStore("outbox").getAll(),
      tx.objectStore("drafts").getAllKeys(),
      tx.objectStore("drafts").getAll(),
    ]);
    const empty = emptySaved(this.user);
    return {
      epoch: epoch ?? 0,
      meta: meta ?? empty.meta,
      chats,
      users,
      outbox,
      drafts: places.map((place, i) => [place, drafts[i]!] as const),
      reads: reads ?? [],
    };
  }

  async claim(): Promise<number> {
    const tx = this.db.transaction("meta", "readwrite", RELAXED);
    const before = ((await tx.store.get("epoch")) as number | undefined) ?? 0;
    await Promise.all([tx.store.put(before + 1, "epoch"), tx.done]);
    this.epoch = before + 1;
    void this.sweep().catch(() => undefined);
    return this.epoch;
  }

  /** Files whose messages are gone: a page was closed while they were being copied. */
  private async sweep(): Promise<void> {
    const tx = this.db.transaction(["outbox", "files"], "readwrite", RELAXED);
    const waiting = new Set(await tx.objectStore("outbox").getAllKeys());
    for (const clientId of await tx.objectStore("files").getAllKeys()) {
      if (!waiting.has(clientId)) void tx.objectStore("files").delete(clientId);
    }
    await tx.done;
  }

  async write(batch: Batch): Promise<void> {
    const names = touched(batch);
    if (!names.length) return;
    const tx = this.db.transaction(
      [...new Set<StoreName>(["meta", ...names])],
      "readwrite",
      RELAXED,
    );
    try {
      const leading = (await tx.objectStore("meta").get("epoch")) === this.epoch;
      if (!leading || this.broken) {
        tx.abort();
        await tx.done.catch(() => undefined);
        throw leading ? new Error("the store is broken") : new Fenced();
      }
      put(tx, batch);
      await blank(tx, batch);
      tx.commit();
      await tx.done;
    } catch (error) {
      this.broken ||= !(error instanceof Fenced);
      throw error;
    }
  }

  events(chat: Id, first: Seq, last: Seq): Promise<readonly ChatEvent[]> {
    return this.db.getAll("events", IDBKeyRange.bound([chat, first], [chat, last]));
  }

  async queue(entry: Pending): Promise<void> {
    const tx = this.db.transaction("outbox", "readwrite", RELAXED);
    await Promise.all([tx.store.put(entry), commit(tx)]);
  }

  async keep(clientId: string, file: Blob): Promise<void> {
    const tx = this.db.transaction("files", "readwrite", RELAXED);
    await Promise.all([tx.store.put(file, clientId), commit(tx)]);
  }

  async drop(clientId: string): Promise<void> {
    const tx = this.db.transaction("files", "readwrite", RELAXED);
    await Promise.all([tx.store.delete(clientId), commit(tx)]);
  }

  async file(clientId: string): Promise<Blob | null> {
    return (await this.db.get("files", clientId)) ?? null;
  }

  async draft(chat: Id, draft: Draft | null): Promise<void> {
    const tx = this.db.transaction("drafts", "readwrite", RELAXED);
    const done = draft ? tx.store.put(draft, chat) : tx.store.delete(chat);
    await Promise.all([done, commit(tx)]);
  }

  close(): void {
    this.db.close();
  }
}

/** Say that nothing more comes: then it is written even if the page is closed this moment. */
function commit(tx: { commit: () => void; done: Promise<void> }): Promise<void> {
  tx.commit();
  return tx.done;
}

/** The stores that a batch writes to. */
function touched(batch: Batch): StoreName[] {
  const names: StoreName[] = [];
  if (batch.chats.length || batch.forget) names.push("chats");
  if (batch.events.length || batch.blanked.length || batch.forget) names.push("events");
  if (batch.users.length) names.push("users");
  if (batch.queued.length || batch.unqueued.length) names.push("outbox");
  if (batch.meta || batch.reads) names.push("meta");
  return names;
}

async function blank(tx: Writing, { blanked: places }: Batch): Promise<void> {
  if (!places.length) return;
  const events = tx.objectStore("events");
  for (const [chat, seq] of places) {
    const event = await events.get([chat, seq]);
    if (event) events.put(blanked(event)).catch(() => undefined);
  }
}

/** All of a batch; what fails shows when the transaction ends. */
function put(tx: Writing, batch: Batch): void {
  const requests: Promise<unknown>[] = [];
  if (batch.forget) {
    requests.push(tx.objectStore("chats").clear(), tx.objectStore("events").clear());
  }
  for (const chat of batch.chats) requests.push(tx.objectStore("chats").put(chat));
  for (const event of batch.events) requests.push(tx.objectStore("events").put(event));
  for (const user of batch.users) requests.push(tx.objectStore("users").put(user));
  for (const entry of batch.queued) requests.push(tx.objectStore("outbox").put(entry));
  for (const clientId of batch.unqueued) requests.push(tx.objectStore("outbox").delete(clientId));
  if (batch.meta) requests.push(tx.objectStore("meta").put(batch.meta, "meta"));
  if (batch.reads) requests.push(tx.objectStore("meta").put(batch.reads, "reads"));
  for (const request of requests) request.catch(() => undefined);
}
