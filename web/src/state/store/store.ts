/** The port behind which a device keeps what it has. */
import type { Account, ChatEvent, Id, Seq, User } from "@/wire/types";
import type { Kept } from "../chats/kept";
import type { Draft, Pending } from "../model";

/** Whose store it is, and how far it has caught up. */
export interface Meta {
  readonly user: Id;
  readonly device: Id;
  readonly since: string | null;
  readonly account: Account | null;
}

/** All that is needed at the start: everything but the events. */
export interface Saved {
  /** Grows with every tab that leads; see `Store.claim`. */
  readonly epoch: number;
  readonly meta: Meta;
  readonly chats: readonly Kept[];
  readonly users: readonly User[];
  readonly outbox: readonly Pending[];
  readonly drafts: readonly (readonly [Id, Draft])[];
  /** Read marks that the server has not confirmed. */
  readonly reads: readonly (readonly [Id, Seq])[];
}

/** What is written at once, or not at all. */
export interface Batch {
  /** Drop all chats and events before the rest takes effect. */
  readonly forget: boolean;
  readonly chats: readonly Kept[];
  readonly events: readonly ChatEvent[];
  /** After the events: these messages become blank, if they are here. */
  readonly blanked: readonly (readonly [Id, Seq])[];
  readonly users: readonly User[];
  readonly meta: Meta | null;
  readonly queued: readonly Pending[];
  readonly unqueued: readonly string[];
  readonly reads: readonly (readonly [Id, Seq])[] | null;
}

export interface Store {
  /** Whether it outlives the tab. */
  readonly durable: boolean;
  load(): Promise<Saved>;
  /** Write as the leading tab from now on: whoever led before cannot any more. */
  claim(): Promise<number>;
  /** Resolves once it lasts. Rejects with `Fenced` if another tab leads. */
  write(batch: Batch): Promise<void>;
  /** Held events with first <= seq <= last, ascending. */
  events(chat: Id, first: Seq, last: Seq): Promise<readonly ChatEvent[]>;
  /** Any tab may: put a message into the outbox. */
  queue(entry: Pending): Promise<void>;
  /**
   * Any tab may: keep the content of what is attached to a message that was queued before. A large
   * one takes its time, and nothing else waits for it.
   */
  keep(clientId: string, file: Blob): Promise<void>;
  /** That content; null: it is not here. */
  file(clientId: string): Promise<Blob | null>;
  /** The message is gone: its content may go. */
  drop(clientId: string): Promise<void>;
  /** Any tab may: keep what was written and not sent. */
  draft(chat: Id, draft: Draft | null): Promise<void>;
  close(): void;
}

/** Another tab leads by now. */
export class Fenced extends Error {}

export function emptySaved(user: Id): Saved {
  const meta = { user, device: "", since: null, account: null };
  return { epoch: 0, meta, chats: [], users: [], outbox: [], drafts: [], reads: [] };
}
