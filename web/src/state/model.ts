/**
 * What the client knows: the types of the state. Values are immutable; a change makes a new value,
 * so that a screen can tell by identity what changed.
 */
import type {
  Account,
  ChatEvent,
  ChatKind,
  Doing,
  Failure,
  FileKind,
  GroupInfo,
  Id,
  Message,
  Millis,
  Mine,
  RequestError,
  Seq,
  SeqOrZero,
  Server,
  Ticks,
  User,
} from "@/wire/types";

/** Where the page stands as a whole. */
export type Phase =
  /** The local store is being opened; nothing is known yet (some 50 ms). */
  | "starting"
  /** Nobody is signed in here. */
  | "signed-out"
  /** Signed in; chats come from the local store at once, from the server as soon as there is one. */
  | "ready"
  /** The session ended elsewhere (4401): drafts and outbox wait for the same person's return. */
  | "session-lost";

/** The link to the server, as the quiet line at the top of the list tells it. */
export type Link =
  | { readonly status: "connecting" }
  /** Connected, and catching up on what was missed. */
  | { readonly status: "syncing" }
  | { readonly status: "online" }
  /** No connection; `retryAt` is when the next attempt begins, `offline` what the browser says. */
  | {
      readonly status: "waiting";
      readonly retryAt: Millis;
      readonly offline: boolean;
      /** Another program of this device is connected; ends when the person returns to this one. */
      readonly elsewhere?: true;
    };

/** A chat as the list shows it. Its messages are in a `View`, once it is open. */
export interface Chat {
  readonly id: Id;
  readonly kind: ChatKind;
  /** The other person of a direct chat. */
  readonly peer?: Id;
  readonly group?: GroupInfo;
  readonly mine: Mine;
  readonly ticks: Ticks;
  /** Seq of the newest event that this reader may see. */
  readonly last: SeqOrZero;
  /** `count` of the newest event: unread is this less `mine.read_count`. */
  readonly count: number;
  /** The newest event worth a line in the list (no void, no `left` for plain members). */
  readonly preview?: ChatEvent;
  /** When anything last happened here, for the order of the list; 0 = never. */
  readonly at: Millis;
  readonly failures: readonly Failure[];
  /** How many wait to be let in; told to admins. */
  readonly waiting: number;
  /** Ranges [from, to] of seqs that this device holds, ascending, with holes between them. */
  readonly held: readonly (readonly [Seq, Seq])[];
}

/** A file of this device that goes out with a message: what is known of it before the server is. */
export interface Attached {
  readonly kind: FileKind;
  readonly name: string;
  /** As the browser calls it; "" if it does not know. */
  readonly type: string;
  readonly size: number;
  /** Pixels after orientation; 0 = not known. */
  readonly width: number;
  readonly height: number;
  /** Milliseconds; 0 = none, or not known. */
  readonly duration: number;
  /** As in the server's `File`. */
  readonly waveform?: string;
  /** Those that were sent together arrive in their order. */
  readonly batch: string;
  /** The upload that was begun, to be gone on with. */
  readonly upload?: Id;
}

/** How far a file is on its way. Lasts as long as the tab that leads. */
export interface Progress {
  readonly status: "waiting" | "uploading" | "checking";
  /** Bytes that the server has, and all there are. */
  readonly sent: number;
  readonly size: number;
  /** Bytes a second of late; 0 = not known yet. */
  readonly speed: number;
  /** There was no answer, or a passing refusal: tried again then. */
  readonly retryAt?: Millis;
}

/** Why a message did not go: the server's reason, or one of this device's own. */
export type PendingError = Omit<RequestError, "code"> & {
  /** `file_gone`: this device does not have the file any more, or may not read it. */
  readonly code: RequestError["code"] | "file_gone";
};

/** A message of one's own on its way: in the outbox until the server has answered. */
export interface Pending {
  readonly clientId: string;
  readonly chat: Id;
  /** `file` as soon as the server has one: once uploaded, and from the start when forwarded. */
  readonly body: Message;
  /** A file of this device; its content is with the store, see `useLocalFile`. */
  readonly attached?: Attached;
  /** When it was written. */
  readonly at: Millis;
  /** Place in the outbox: grows with every message of this account on this device. */
  readonly order: number;
  /** `waiting`: the clock. `failed`: refused for good, the red mark. */
  readonly status: "waiting" | "failed";
  readonly error?: PendingError;
  /** A passing refusal (rate limit, server busy): tried again then. */
  readonly retryAt?: Millis;
}

/**
 * The part of an open chat's log that is in memory: without a hole, oldest first. `void` events
 * are in it (they keep seqs dense) and are not to be shown.
 */
export interface View {
  readonly chat: Id;
  readonly events: readonly ChatEvent[];
  /** There is more in this direction, here or on the server. */
  readonly older: boolean;
  readonly newer: boolean;
  readonly loading: "older" | "newer" | "around" | null;
  /** Loading failed, e.g. without a network; asked again by scrolling or by `reload`. */
  readonly stuck: boolean;
  /**
   * The divider: first unread seq at the time of opening, and how many were unread then.
   * Stays while the chat stays open.
   */
  readonly unread: { readonly from: Seq; readonly count: number } | null;
  /** Where to stand after a jump: changes identity with each jump. */
  readonly target: { readonly seq: Seq; readonly highlight: boolean } | null;
}

/** Something written and not sent. */
export interface Draft {
  readonly text: string;
  readonly replyTo?: Seq;
  /** Handles in the text that stand for members: handle -> user. */
  readonly mentions?: Readonly<Record<string, Id>>;
  readonly at: Millis;
}

/** State of a watched person; `lastSeen` 0 = not shown. */
export interface Presence {
  readonly online: boolean;
  readonly lastSeen: Millis;
}

/** Somebody types, or records a voice message. */
export interface Busy {
  readonly doing: Doing;
  /** By the local clock. */
  readonly until: Millis;
}

/** Whether what is in messages is loaded before anybody asks for it. */
export type AutoLoad = "always" | "wifi" | "never";

/** Settings of this device alone. */
export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  /** BCP 47, or "" for the browser's. */
  readonly language: string;
  readonly contrast: "system" | "more";
  readonly motion: "system" | "less";
  readonly enterSends: boolean;
  /** Shortcuts of one key alone, as `?`; they get in the way of speech input. */
  readonly singleKeys: boolean;
  readonly sounds: boolean;
  /** Browser notifications are wanted (the browser's permission is a thing of its own). */
  readonly notifications: boolean;
  /** Whether notifications hold the text of the message. */
  readonly previews: boolean;
  /** Pictures of photos, of videos, and of documents' first pages. */
  readonly autoLoad: Readonly<Record<"photo" | "video" | "document", AutoLoad>>;
}

/** Everything known. */
export interface State {
  readonly phase: Phase;
  readonly link: Link;
  /** What the server says of itself before anybody signs in; null until asked. */
  readonly server: Server | null;
  /** Own ids; empty when signed out. */
  readonly user: Id;
  readonly device: Id;
  readonly account: Account | null;
  /** Whether the first sync on this device is complete: until then an empty list means 'loading'. */
  readonly caughtUp: boolean;
  readonly chats: ReadonlyMap<Id, Chat>;
  readonly users: ReadonlyMap<Id, User>;
  /** In order of writing. */
  readonly outbox: readonly Pending[];
  /** By client id, of messages in the outbox whose file is on its way. */
  readonly uploads: ReadonlyMap<string, Progress>;
  readonly drafts: ReadonlyMap<Id, Draft>;
  /** Of chats opened in this tab. */
  readonly views: ReadonlyMap<Id, View>;
  /** The chat in front in this tab. */
  readonly open: Id | null;
  readonly presence: ReadonlyMap<Id, Presence>;
  /** chat -> user -> what they do. */
  readonly typing: ReadonlyMap<Id, ReadonlyMap<Id, Busy>>;
  readonly preferences: Preferences;
  /** `memory`: nothing can be kept on this device (a private window, a full disk). */
  readonly storage: "device" | "memory";
  /** What `PushManager.subscribe` must be given; "" if the server sends no alerts. */
  readonly pushKey: string;
  /** Server's clock less this device's, in milliseconds: add it to Date.now() to age presence. */
  readonly skew: number;
}

/** What is drawn beside an own message. */
export type Tick = "clock" | "sent" | "delivered" | "read" | "failed";
