/**
 * Opening an account's store. One that cannot be used (damaged, of another version, not ours) is
 * dropped and filled again by the server; messages on their way and drafts are saved from it as far
 * as they can be read, for those the server does not have.
 */
import type { Id } from "@/wire/types";
import type { Kept } from "../chats/kept";
import type { Draft, Pending } from "../model";
import { databaseName, DatabaseStore, dropDatabase, openDatabase } from "./database";
import { GuardedStore } from "./guarded";
import { MemoryStore } from "./memory";
import type { Saved, Store } from "./store";

// A browser that takes longer will not open it at all.
const OPEN_MS = 8_000;

export interface Opened {
  readonly store: Store;
  readonly saved: Saved;
}

/** Never rejects: where nothing can be kept, it lasts as long as the tab. */
export async function openStore(user: Id): Promise<Opened> {
  try {
    return await inTime(opened(user));
  } catch {
    try {
      return await inTime(healed(user));
    } catch {
      const store = new MemoryStore(user);
      return { store, saved: await store.load() };
    }
  }
}

async function opened(user: Id): Promise<Opened> {
  const store = new DatabaseStore(await openDatabase(user), user);
  try {
    const saved = await store.load();
    if (!sound(saved, user)) throw new Error("not a store of ours");
    return { store: new GuardedStore(store), saved };
  } catch (error) {
    store.close();
    throw error;
  }
}

async function healed(user: Id): Promise<Opened> {
  const rescued = await rescue(user).catch(() => ({ outbox: [], drafts: [] }));
  await dropDatabase(user);
  const fresh = await opened(user);
  for (const entry of rescued.outbox) await fresh.store.queue(entry);
  for (const [chat, draft] of rescued.drafts) await fresh.store.draft(chat, draft);
  return { store: fresh.store, saved: await fresh.store.load() };
}

interface Rescued {
  readonly outbox: readonly Pending[];
  readonly drafts: readonly (readonly [Id, Draft])[];
}

/** What only this device has, from a store of whatever version. */
async function rescue(user: Id): Promise<Rescued> {
  const db = await plainly(databaseName(user));
  try {
    const outbox = await values(db, "outbox");
    const drafts = await values(db, "drafts");
    return {
      outbox: outbox.map(([, value]) => value).filter(isPending),
      drafts: drafts.filter((it): it is [Id, Draft] => isDraft(it[1]) && typeof it[0] === "string"),
    };
  } finally {
    db.close();
  }
}

/** The database in whatever version it has. */
function plainly(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("cannot be opened"));
    // There was none: nothing to save.
    request.onupgradeneeded = () => request.transaction?.abort();
  });
}

function values(db: IDBDatabase, store: string): Promise<[unknown, unknown][]> {
  if (!db.objectStoreNames.contains(store)) return Promise.resolve([]);
  return new Promise((resolve) => {
    const found: [unknown, unknown][] = [];
    const request = db.transaction(store).objectStore(store).openCursor();
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) {
        resolve(found);
        return;
      }
      found.push([cursor.primaryKey, cursor.value]);
      cursor.continue();
    };
    // What was read before the damage is better than nothing.
    request.onerror = () => resolve(found);
  });
}

function sound(saved: Saved, user: Id): boolean {
  return (
    saved.meta.user === user &&
    Number.isSafeInteger(saved.epoch) &&
    saved.chats.every(isKept) &&
    saved.users.every((it) => typeof it.id === "string" && typeof it.name === "string") &&
    saved.outbox.every(isPending) &&
    saved.drafts.every(([, draft]) => isDraft(draft))
  );
}

function isKept(chat: Kept): boolean {
  const numbers = [chat.tip, chat.stored, chat.last, chat.count, chat.at];
  const lists = [chat.held, chat.ahead, chat.failed, chat.failures] as unknown[];
  const marks = chat as { mine?: { stays?: unknown }; ticks?: unknown };
  return (
    numbers.every((it) => Number.isSafeInteger(it)) &&
    lists.every(Array.isArray) &&
    Array.isArray(marks.mine?.stays) &&
    typeof marks.ticks === "object"
  );
}

function isPending(value: unknown): value is Pending {
  const entry = value as Partial<Pending> | null;
  return (
    typeof entry?.clientId === "string" &&
    typeof entry.chat === "string" &&
    typeof entry.order === "number" &&
    typeof entry.body?.text === "string" &&
    (entry.status === "waiting" || entry.status === "failed")
  );
}

function isDraft(value: unknown): value is Draft {
  return typeof (value as Partial<Draft> | null)?.text === "string";
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("took too long")), OPEN_MS);
    work.finally(() => clearTimeout(late)).then(resolve, reject);
  });
}
