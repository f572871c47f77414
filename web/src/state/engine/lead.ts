/** What a tab asks of the tab that leads, whether that is itself or another one. */
import type { AnswerTo, Command, Doing, HistoryCommand, Id, Page, Seq } from "@/wire/types";
import type { Attached, Pending } from "../model";

/** What a tab shows, and whether anybody looks at it. */
export interface Look {
  readonly foreground: boolean;
  /** When it last came to the front: of several tabs, the latest counts. */
  readonly since: number;
  readonly open: Id | null;
  readonly users: readonly Id[];
}

export interface Lead {
  /** Waits for a connection for a while. Throws `Refusal`. */
  ask<C extends Command>(command: C): Promise<AnswerTo<C>>;
  /** A page of a log from the server; what is in it is kept. Throws `Refusal`. */
  page(command: HistoryCommand): Promise<Page>;
  /**
   * A message that is in the store's outbox already. `file`: the content of what is attached, which
   * may still be on its way into the store.
   */
  queue(entry: Pending, file?: Blob): void;
  retry(clientId: string, as?: Attached["kind"]): void;
  discard(clientId: string): void;
  /** The person has seen everything up to `seq`, an event with `count`. */
  seen(chat: Id, seq: Seq, count: number): void;
  /** What a tab shows now; null: it is gone. */
  look(tab: string, look: Look | null): void;
  typing(chat: Id, active: boolean, doing?: Doing): void;
  hurry(): void;
  /** The person came back to a tab. */
  returned(): void;
  /** The person is about to sign out: that the session ends is no loss. False: it failed. */
  leaving(leaves: boolean): void;
}
