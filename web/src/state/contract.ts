/**
 * What screens may do. `client` (see `index.ts`) is the one value of this type; everything that
 * changes shows up in the state.
 */
import type {
  AnswerTo,
  Command,
  Doing,
  File as StoredFile,
  Id,
  Mine,
  Seq,
  Server,
  SignIn,
  SignUp,
} from "@/wire/types";
import type { Attached, Draft, Preferences } from "./model";

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

export interface SendOptions {
  readonly replyTo?: Seq;
  readonly mentions?: readonly Id[];
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
  /** `file`: one that the server has, forwarded; the text is its caption and may be "". */
  send(chat: Id, text: string, options?: SendOptions & { readonly file?: StoredFile }): void;
  /** The same with a file of this device: it is uploaded first, also after a reload. */
  sendFile(chat: Id, file: Blob, what: Attached, caption?: string, options?: SendOptions): void;
  /** Again, `as` another kind of file: a picture that is none may still go as a document. */
  retry(clientId: string, as?: Attached["kind"]): void;
  /** Take it back; its upload ends. */
  discard(clientId: string): void;
  draft(chat: Id, draft: Draft | null): void;
  /** Called with every key; tells the others at most every 4 s, and when it ends. */
  typing(chat: Id, active: boolean, doing?: Doing): void;

  // --- everything else: cold commands; the state takes note of the answers ---------------------
  /** Waits for a connection for a while. Throws Refusal. `client_id`s come from `newId()`. */
  ask<C extends Command>(command: C): Promise<AnswerTo<C>>;
  /** Pin, mute, archive, mark as unread: shown at once, taken back if refused (throws Refusal). */
  arrange(
    chat: Id,
    how: { muted_until?: number; pinned?: boolean; archived?: boolean; unread?: boolean },
  ): Promise<Mine>;
  /** Bytes that the server takes of one file. Throws Refusal. */
  fileLimit(): Promise<number>;
  /** Bring a square picture to the server: its id, for `set_profile` and `change_group`. */
  uploadAvatar(picture: Blob): Promise<Id>;
  prefer(change: Partial<Preferences>): void;
  /** Connect now instead of waiting out the pause. */
  hurry(): void;
}
