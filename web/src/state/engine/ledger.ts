/**
 * The one way by which changes leave the leading tab: whatever came within a frame is stored in one
 * transaction and shown; only once it is stored is it acknowledged to the server and told to the
 * other tabs.
 */
import type { Clock } from "@/net/clock";
import type { ChatEvent, Id, Seq, SeqOrZero } from "@/wire/types";
import type { Pending, Progress } from "../model";
import type { Patch, Single } from "../patch";
import { Fenced, type Batch, type Meta, type Saved, type Store } from "../store/store";
import type { Glimpses } from "./glimpses";
import type { Acks } from "./marks";
import type { Replica } from "./replica";

const FRAME_MS = 16;

export interface LedgerDuties {
  /** At once, to the tab that leads. */
  show(patch: Patch): void;
  /** Once it is stored, to all others. */
  tell(patch: Patch): void;
  /** Another tab leads by now. */
  fenced(): void;
}

/** What changed beside the replica. */
interface Asides {
  single: Partial<Single>;
  meta: boolean;
  reads: Batch["reads"];
  /** The log has them, but the store let them go. */
  readonly restored: ChatEvent[];
  readonly queued: Map<string, Pending>;
  readonly unqueued: Set<string>;
  readonly uploads: Map<string, Progress | null>;
  /** Chats that grew by a message of our own: nobody waits for an acknowledgement. */
  readonly own: Set<Id>;
}

export class Ledger {
  private asides = nothing();
  /** All single values so far, for tabs that begin. */
  private single: Partial<Single> = {};
  private scheduled = false;
  private stopped = false;
  private flushedAt = 0;
  private written: Promise<void> = Promise.resolve();
  /** How far the store has each chat, without a gap. */
  private readonly stored: Map<Id, SeqOrZero>;

  constructor(
    private readonly store: Store,
    saved: Saved,
    private readonly replica: Replica,
    private readonly glimpses: Glimpses,
    private readonly acks: Acks,
    private readonly clock: Clock,
    private readonly duties: LedgerDuties,
  ) {
    this.stored = new Map(saved.chats.map((chat) => [chat.id, chat.stored]));
    const { user, device, since } = saved.meta;
    this.single = { user, device, caughtUp: since !== null };
  }

  put(single: Partial<Single>): void {
    this.single = { ...this.single, ...single };
    this.asides.single = { ...this.asides.single, ...single };
    this.schedule();
  }

  /** The since token, the device or the account is different. */
  meta(): void {
    this.asides.meta = true;
    this.schedule();
  }

  reads(marks: Batch["reads"]): void {
    this.asides.reads = marks;
    this.schedule();
  }

  queued(entry: Pending): void {
    this.asides.queued.set(entry.clientId, entry);
    this.asides.unqueued.delete(entry.clientId);
    this.schedule();
  }

  unqueued(entry: Pending): void {
    this.asides.queued.delete(entry.clientId);
    this.asides.unqueued.add(entry.clientId);
    this.schedule();
  }

  moved(clientId: string, progress: Progress | null): void {
    this.asides.uploads.set(clientId, progress);
    this.schedule();
  }

  accepted(chat: Id): void {
    this.asides.own.add(chat);
  }

  restore(events: readonly ChatEvent[]): void {
    this.asides.restored.push(...events);
  }

  /** Tell the server anew what is stored of these chats: the marks may have been lost. */
  acknowledge(chats: Iterable<Id>): void {
    const ids = [...chats];
    this.flush();
    void this.written.then(() => {
      for (const id of ids) this.acks.add(id, this.stored.get(id) ?? 0);
    });
  }

  /** Everything as one patch, for a tab that begins. */
  whole(outbox: readonly Pending[], uploads: readonly (readonly [string, Progress])[]): Patch {
    const { replica, glimpses } = this;
    return {
      whole: true,
      chats: [...replica.chats.values()],
      users: [...replica.users.values()],
      queued: outbox,
      uploads,
      presence: [...glimpses.presence],
      typing: [...glimpses.typing],
      single: { ...this.single, account: replica.account, storage: this.storage },
    };
  }

  /** Soon: at once if nothing happened within the last frame. */
  schedule(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    const wait = this.flushedAt + FRAME_MS - this.clock.now();
    if (wait > 0) this.clock.after(Math.min(wait, FRAME_MS), () => this.flush());
    else queueMicrotask(() => this.flush());
  }

  flush(): void {
    this.scheduled = false;
    if (this.stopped) return;
    this.flushedAt = this.clock.now();
    const { asides } = this;
    this.asides = nothing();
    const changes = this.replica.take();
    const seen = this.glimpses.take();
    const both = {
      forget: changes.forget,
      chats: [...changes.chats].map((id) => this.replica.chats.get(id)!),
      users: [...changes.users].map((id) => this.replica.users.get(id)!),
      events: changes.events,
      blanked: changes.blanked,
      queued: [...asides.queued.values()],
      unqueued: [...asides.unqueued],
    };
    const account = changes.account ? { account: this.replica.account } : {};
    const uploads = [...asides.uploads];
    const patch: Patch = { ...both, ...seen, uploads, single: { ...asides.single, ...account } };
    const meta = asides.meta || changes.account || changes.forget;
    const writing = this.store.write({
      ...both,
      events: [...changes.events, ...asides.restored],
      meta: meta ? this.savedMeta() : null,
      reads: asides.reads,
    });
    this.duties.show(patch);
    this.written = this.written.then(() => this.settle(writing, patch, asides.own));
  }

  /** Nothing more; resolves once everything is written. */
  async stop(): Promise<void> {
    this.flush();
    this.stopped = true;
    await this.written;
  }

  // --- inside ------------------------------------------------------------------------------------

  private async settle(writing: Promise<void>, patch: Patch, own: ReadonlySet<Id>): Promise<void> {
    try {
      await writing;
    } catch (error) {
      if (!(error instanceof Fenced)) reportError(error);
      this.duties.fenced();
      return;
    }
    if (this.storage === "memory" && this.single.storage !== "memory") {
      this.put({ storage: "memory" });
    }
    if (patch.forget) this.stored.clear();
    for (const { id, stored } of patch.chats ?? []) this.grew(id, stored, own.has(id));
    this.duties.tell(patch);
  }

  private grew(id: Id, stored: Seq, own: boolean): void {
    const before = this.stored.get(id) ?? 0;
    this.stored.set(id, stored);
    if (stored > before && !(own && stored === before + 1)) this.acks.add(id, stored);
  }

  private get storage(): Single["storage"] {
    return this.store.durable ? "device" : "memory";
  }

  private savedMeta(): Meta {
    const { me: user, since, account } = this.replica;
    return { user, device: this.single.device ?? "", since, account };
  }
}

function nothing(): Asides {
  return {
    single: {},
    meta: false,
    reads: null,
    restored: [],
    queued: new Map(),
    unqueued: new Set(),
    uploads: new Map(),
    own: new Set(),
  };
}
