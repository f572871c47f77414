/**
 * What screens may do. `client` (see `index.ts`) is the one value of this type; everything that
 * changes shows up in the state.
 */
import type { AnswerTo, Command, Id, Mine, Seq, Server, SignIn, SignUp } from "@/wire/types";
import type { Draft, Preferences } from "./model";

/** A person's doing that failed: `code` of the closed catalogue, or `offline`. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly retryAfter = 0,
    readonly field = "",
  ) {
    super(code);
    this.name = "Refusal";
  }
}

export interface Client {
  /** Open the local store, take part in the election of the leading tab, connect. */
  start(): Promise<void>;

  // --- the account: throw Refusal --------------------------------------------------------------
  serverInfo(): Promise<Server>;
  signUp(form: SignUp): Promise<void>;
  signIn(form: SignIn): Promise<void>;
  /** Sign out: forgets everything here. */
  signOut(): Promise<void>;

  // --- reading ---------------------------------------------------------------------------------
  /** This tab shows the chat (null: none): loads around the first unread, or `at` when given. */
  open(chat: Id | null, at?: Seq): void;
  loadOlder(chat: Id): void;
  loadNewer(chat: Id): void;
  /** Stand at a message, loaded or not: a quoted original. */
  jump(chat: Id, seq: Seq): void;
  /** Stand at the newest message. */
  jumpToNewest(chat: Id): void;
  /** Try again to load what is stuck. */
  reload(chat: Id): void;
  /**
   * The person has this on screen. Counts as read only while the window is in front; called
   * again by itself when it comes to the front.
   */
  seen(chat: Id, seq: Seq): void;
  /** Whose presence is on screen (rows of the list, the open chat's peer is added by itself). */
  watch(users: readonly Id[]): void;

  // --- writing ---------------------------------------------------------------------------------
  /** Into the outbox, and from there to the server, in order, exactly once. */
  send(chat: Id, text: string, options?: { replyTo?: Seq; mentions?: readonly Id[] }): void;
  retry(clientId: string): void;
  discard(clientId: string): void;
  draft(chat: Id, draft: Draft | null): void;
  /** Called with every key; tells the others at most every 4 s, and when it ends. */
  typing(chat: Id, active: boolean): void;

  // --- everything else: cold commands; the state takes note of the answers ---------------------
  /** Waits for a connection for a while. Throws Refusal. `client_id`s come from `newId()`. */
  ask<C extends Command>(command: C): Promise<AnswerTo<C>>;
  /** Pin, mute, archive, mark as unread: shown at once, taken back if refused (throws Refusal). */
  arrange(
    chat: Id,
    how: { muted_until?: number; pinned?: boolean; archived?: boolean; unread?: boolean },
  ): Promise<Mine>;
  prefer(change: Partial<Preferences>): void;
  /** Connect now instead of waiting out the pause. */
  hurry(): void;
}
