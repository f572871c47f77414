// The chinwag wire. Generated from the server's types by `make docs`: do not edit.
//
// A field that may be absent is optional and says its default. Readers ignore fields, and `type`s
// and `kind`s, that they do not know: newer servers may send more than stands here.

export const PROTOCOL = 1;
export const SUBPROTOCOL = "chinwag.v1";

/** Kinds of events that make a chat unread; all others are service lines. */
export const COUNTED: readonly Body["kind"][] = ["message", "invite"];

/** Every bound of the wire. */
export const LIMITS = {
  /**
   * A text frame from a client. Large enough for the longest text with every character
   * escaped.
   */
  FRAME_BYTES: 65536,
  /** JSON escapes one byte to six at most (`\u0001`): 10,000 bytes always fit a frame. */
  TEXT_BYTES: 10000,
  NAME_CHARS: 64,
  ABOUT_CHARS: 140,
  HANDLE_CHARS: 32,
  HANDLE_CHARS_MIN: 3,
  TITLE_CHARS: 100,
  DESCRIPTION_CHARS: 2048,
  PASSWORD_CHARS_MIN: 8,
  /** Long enough for any pass phrase; bounds what one sign-in may ask to be hashed. */
  PASSWORD_CHARS: 256,
  DEVICE_NAME_CHARS: 64,
  ID_CHARS: 36,
  CLIENT_ID_CHARS: 64,
  CLIENT_ID_CHARS_MIN: 8,
  TOKEN_CHARS: 128,
  QUERY_CHARS: 64,
  SINCE_CHARS: 128,
  GROUP_MEMBERS: 1024,
  MENTIONS: 64,
  MEMBERS_PER_CALL: 256,
  MARKS_PER_CALL: 256,
  WATCHED_USERS: 200,
  USERS_PER_CALL: 200,
  HISTORY_PAGE: 200,
  HISTORY_PAGE_DEFAULT: 50,
  /**
   * What a browser calls a push subscription's endpoint; the longest known have some 800
   * characters.
   */
  ENDPOINT_CHARS: 1024,
  /** Of a message's text in an alert. */
  ALERT_CHARS: 240,
  /**
   * A push message as it goes out, encrypted: push services take 4,096 (RFC 8030), less in
   * places.
   */
  ALERT_BYTES: 3000,
  /** The longest name that common file systems take. */
  FILE_NAME_CHARS: 255,
  MEDIA_TYPE_CHARS: 127,
  PLACEHOLDER_CHARS: 64,
  WAVEFORM_CHARS: 88,
  GALLERY_PAGE: 100,
  GALLERY_PAGE_DEFAULT: 50,
  /** How long after it was sent a message can be deleted for everyone. */
  DELETE_SECONDS: 216000,
  INVITE_USES: 1024,
  INVITE_SECONDS: 2592000,
  /** Largest integer that JavaScript holds exactly (RFC 8259 section 6). */
  SAFE_INTEGER: 9007199254740991,
} as const;

/** The close codes that the server uses on purpose. */
export const CLOSE = {
  NORMAL: 1000,
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  INVALID_TEXT: 1007,
  POLICY: 1008,
  TOO_BIG: 1009,
  RESTART: 1012,
  /** The client did not read fast enough; what it missed comes with the next sync. */
  BEHIND: 4008,
  /** Heartbeats or acknowledgements stayed away for too long. */
  UNRESPONSIVE: 4010,
  /** Far over the rate limits. */
  FLOODING: 4029,
  /** The device's token is no longer valid. */
  SIGNED_OUT: 4401,
  /** The same device opened a newer session. */
  REPLACED: 4409,
} as const;

/** Close codes after which a client stays away until the person acts. */
export const RECONNECT_NEVER = { from: 4400, below: 4500 } as const;

/** Whether a client that saw this close code should come back by itself. */
export function reconnects(code: number): boolean {
  return code < RECONNECT_NEVER.from || code >= RECONNECT_NEVER.below;
}

/** The closed catalogue of what can go wrong. */
export const ERRORS = {
  malformed: { status: 400, retry: false, text: "That is not a valid request." },
  unknown_command: { status: 400, retry: false, text: "The server does not know this command." },
  invalid: { status: 422, retry: false, text: "A field is missing, unknown, or out of its bounds." },
  too_large: { status: 413, retry: false, text: "That is too long." },
  unauthenticated: { status: 401, retry: false, text: "Please sign in." },
  wrong_credentials: { status: 401, retry: false, text: "Handle or password is wrong." },
  forbidden_origin: { status: 403, retry: false, text: "This page may not talk to the server." },
  not_found: { status: 404, retry: false, text: "It is not there, or not for you to see." },
  not_allowed: { status: 403, retry: false, text: "You may not do this here." },
  not_a_member: { status: 403, retry: false, text: "You are no longer a member of this group." },
  blocked_by_you: { status: 403, retry: false, text: "You blocked this person. Unblock them to write." },
  client_id_reused: { status: 409, retry: false, text: "This client id was used for something else." },
  handle_taken: { status: 409, retry: false, text: "This handle is taken." },
  last_admin: { status: 409, retry: false, text: "A group needs at least one admin." },
  group_full: { status: 409, retry: false, text: "The group is full." },
  quota: { status: 409, retry: false, text: "You have reached the limit for this." },
  invite_invalid: { status: 410, retry: false, text: "This invitation does not work any more." },
  sign_up_closed: { status: 403, retry: false, text: "This server takes no new accounts by itself." },
  weak_password: { status: 422, retry: false, text: "This password is too easy to guess." },
  unsupported: { status: 400, retry: false, text: "The server does not speak this version." },
  no_such_file: { status: 404, retry: false, text: "There is no such file, or it is not for you." },
  file_too_large: { status: 413, retry: false, text: "The file is larger than this server takes." },
  file_quota: { status: 413, retry: false, text: "Your files take all the space you have here." },
  upload_offset: { status: 409, retry: false, text: "The upload stands elsewhere; ask where." },
  upload_expired: { status: 410, retry: false, text: "The upload took too long and is gone." },
  upload_locked: { status: 423, retry: true, text: "The upload goes on elsewhere." },
  checksum_mismatch: { status: 460, retry: false, text: "What came is not what was sent." },
  not_a_picture: { status: 422, retry: false, text: "This is no picture that can be shown here." },
  picture_too_large: { status: 422, retry: false, text: "This picture has too many pixels." },
  not_a_video: { status: 422, retry: false, text: "This is no video that can be shown here." },
  not_a_recording: { status: 422, retry: false, text: "This is no voice message." },
  media_failed: { status: 422, retry: false, text: "This file is too much work to show." },
  too_late: { status: 409, retry: false, text: "This message is too old to be deleted for everyone." },
  file_not_ready: { status: 503, retry: true, text: "The file is still being checked." },
  rate_limited: { status: 429, retry: true, text: "Too many requests; please wait." },
  busy: { status: 503, retry: true, text: "The server is busy; please try again." },
  storage_full: { status: 507, retry: true, text: "The server's disk is full." },
  unavailable: { status: 503, retry: true, text: "Part of the server is away." },
  shutting_down: { status: 503, retry: true, text: "The server restarts." },
  internal: { status: 500, retry: true, text: "Something went wrong on the server." },
} as const;

export type ErrorCode = keyof typeof ERRORS;

// --- Scalars -----------------------------------------------------------------------------------

/**
 * Opaque (the server makes UUIDv7, RFC 9562). No pattern: one costs 0.6 us an id on the hot
 * path, and an id that nothing has is answered `not_found` all the same. 1 to 36 characters.
 */
export type Id = string;

/**
 * Chosen by the client, unique per account for ever; a UUIDv7 is best (RFC 9562). 8 to 64
 * characters, `^[A-Za-z0-9_-]+$(?!\n)`.
 */
export type ClientId = string;

/** 3 to 32 characters, `^[a-z0-9][a-z0-9._]*$(?!\n)`. */
export type Handle = string;

/** 1 to 64 characters, `^[^\x00]*$`. */
export type Name = string;

/** At most 140 characters, `^[^\x00]*$`. */
export type About = string;

/** 1 to 100 characters, `^[^\x00]*$`. */
export type Title = string;

/** At most 2,048 characters, `^[^\x00]*$`. */
export type Description = string;

/** At most 256 characters. */
export type Password = string;

/** 8 to 256 characters. */
export type NewPassword = string;

/** 1 to 64 characters, `^[^\x00]*$`. */
export type DeviceName = string;

/** 2 to 64 characters, `^[^\x00]*$`. */
export type Query = string;

/** At most 128 characters. */
export type Since = string;

/** 8 to 64 characters, `^[A-Za-z0-9_-]+$(?!\n)`. */
export type Code = string;

/**
 * Where a push service takes messages for one browser (RFC 8030): an https URL. Who knows it
 * may write to it. 1 to 1,024 characters, `^[!-~]+$(?!\n)`.
 */
export type Endpoint = string;

/**
 * A point of P-256, uncompressed: 65 bytes in base64url without padding. 87 to 87 characters,
 * `^[A-Za-z0-9_-]+$(?!\n)`.
 */
export type PublicKey = string;

/**
 * 16 random bytes in base64url without padding (RFC 8291). 22 to 22 characters,
 * `^[A-Za-z0-9_-]+$(?!\n)`.
 */
export type AuthSecret = string;

/**
 * Bounded in characters here; the bound in UTF-8 bytes, the refusal of NUL, and that only a
 * message with a file may have no text, are the rules'. At most 10,000 characters.
 */
export type Text = string;

/** 1 to 255 characters, `^[^\x00]*$`. */
export type FileName = string;

/** As `image/jpeg` (RFC 9110, section 8.3.1). 3 to 127 characters. */
export type MediaType = string;

/** Bytes. 0 to 9,007,199,254,740,991. */
export type FileSize = number;

/** 0 to 9,007,199,254,740,991. */
export type Pixels = number;

/**
 * A ThumbHash in base64: about what a picture looks like, to be shown until it is there. At
 * most 64 characters.
 */
export type Placeholder = string;

/** 64 bytes in base64. At most 88 characters. */
export type Waveform = string;

/** The id of a file that was uploaded as `avatar`; empty: no picture. At most 36 characters. */
export type Avatar = string;

/** Place of an event in its chat: 1..n without gaps. 1 to 9,007,199,254,740,991. */
export type Seq = number;

/** 0 to 9,007,199,254,740,991. */
export type SeqOrZero = number;

/** A moment: milliseconds since 1970-01-01 UTC. 0 to 9,007,199,254,740,991. */
export type Millis = number;

export type Role = "admin" | "member";

export type Who = "everyone" | "admins";

export type Audience = "everyone" | "contacts" | "nobody";

export type ChatKind = "direct" | "group" | "self";

export type UserKind = "person" | "bot";

export type HistoryFor = "joined" | "all";

export type FileKind = "photo" | "video" | "voice" | "document";

export type UploadState = "open" | "checking" | "ready" | "refused";

export type Preview = "small" | "medium";

export type Collection = "media" | "documents" | "voice" | "links";

/** How somebody makes a message just now. */
export type Doing = "typing" | "recording";

export type FailureReason = "unreachable" | "expired" | "gone";

// --- Files -------------------------------------------------------------------------------------

/**
 * A file as its message shows it; made by the server alone. `size` is that of the content as
 * it is downloaded; `width` and `height` are pixels, the right way up; `duration` is in
 * milliseconds; `placeholder` is a ThumbHash; `waveform` is 64 loudnesses of 0 to 255, a byte
 * each. `previews` says which there are: WebP, the longest side at most 320 or 1,280 pixels.
 */
export interface File {
  readonly id: Id;
  readonly kind: FileKind;
  readonly name: FileName;
  readonly type: MediaType;
  readonly size: FileSize;
  /** Default: 0. */
  readonly width?: Pixels;
  /** Default: 0. */
  readonly height?: Pixels;
  /** Default: 0. */
  readonly duration?: Millis;
  /** Default: "". */
  readonly placeholder?: Placeholder;
  /** Default: "". */
  readonly waveform?: Waveform;
  /** Default: []. */
  readonly previews?: readonly Preview[];
}

/**
 * How an upload stands. Its `id` will be the file's. It is `open` until the last byte came,
 * then `checking`, then `ready`, with the `file`, or `refused`, with the `error`.
 */
export interface Upload {
  readonly id: Id;
  readonly state: UploadState;
  readonly received: FileSize;
  readonly size: FileSize;
  readonly expires_at: Millis;
  readonly file?: File;
  readonly error?: RequestError;
}

// --- Events ------------------------------------------------------------------------------------

/**
 * A text, or a `file` with a text below it, which may be empty. `reply_to` quotes an event
 * of the same chat by seq; `mentions` are members. Clients leave `file` out: see `Send`.
 */
export interface Message {
  readonly kind: "message";
  readonly text: Text;
  readonly reply_to?: Seq;
  /** At most 64 items. Default: []. */
  readonly mentions?: readonly Id[];
  readonly file?: File;
}

/** A private invitation into a group, posted to the one-to-one chat with the invited. */
export interface Invite {
  readonly kind: "invite";
  readonly code: Code;
  readonly group: Id;
  readonly title: Title;
  readonly expires_at: Millis;
}

/** Seq 1 of every chat. `members` are those there from the start, the sender included. */
export interface Created {
  readonly kind: "created";
  readonly chat_kind: ChatKind;
  readonly members: readonly Id[];
  /** Default: "". */
  readonly title?: string;
}

/** The sender added `users`. */
export interface Added {
  readonly kind: "added";
  readonly users: readonly Id[];
}

/** The sender came in by an invite link, or by the approval of `approved_by`. */
export interface Joined {
  readonly kind: "joined";
  readonly approved_by?: Id;
}

/** The sender left. Clients show the line to admins only. */
export interface Left {
  readonly kind: "left";
}

/** The sender, an admin, removed `user`. */
export interface Removed {
  readonly kind: "removed";
  readonly user: Id;
}

/** `user` has `role` from here on. Succession after the last admin left has no sender. */
export interface RoleChanged {
  readonly kind: "role";
  readonly user: Id;
  readonly role: Role;
}

/** The group's title, description, switches or picture changed to these; absent ones stayed. */
export interface Changed {
  readonly kind: "changed";
  readonly title?: Title;
  readonly description?: Description;
  readonly settings?: Settings;
  readonly avatar?: Avatar;
}

/**
 * The sender deleted the own message at `seq` for everyone. Nothing is shown of this event
 * itself: what a client holds of the message becomes `Blank`, and the file of it is not kept.
 */
export interface Deleted {
  readonly kind: "deleted";
  readonly seq: Seq;
}

/** What stands in the place of a message that its sender deleted: a line that says so. */
export interface Blank {
  readonly kind: "blank";
}

/** A place in the log that holds nothing for this reader. Never shown; keeps seq dense. */
export interface Void {
  readonly kind: "void";
}

/**
 * A group's switches. Who may edit the info, send, add members; do new members need an
 * admin's approval; what of the past a new member sees.
 */
export interface Settings {
  readonly edit_info?: Who;
  readonly send?: Who;
  readonly add_members?: Who;
  readonly approval?: boolean;
  readonly history?: HistoryFor;
}

/**
 * One entry of a chat's log.
 *
 * `count` is how many countable entries the chat holds up to and including this one. A
 * reader's unread number is `count` of the newest event less `read_count` of `Mine`: both
 * are the server's, both only grow, so that repeats and reordering do no harm.
 */
export interface ChatEvent {
  readonly chat: Id;
  readonly seq: Seq;
  readonly at: Millis;
  readonly sender: string;
  readonly count: number;
  readonly body: Body;
  readonly client_id?: string;
}

/** What can stand in a chat's log. */
export type Body =
  | Message
  | Invite
  | Created
  | Added
  | Joined
  | Left
  | Removed
  | RoleChanged
  | Changed
  | Deleted
  | Blank
  | Void;

// --- Answers and states ------------------------------------------------------------------------

/** It is so. */
export type Done = Readonly<Record<string, unknown>>;

/** How one person sees another. `avatar` is the file of the picture: see the HTTP side. */
export interface User {
  readonly id: Id;
  readonly handle: string;
  readonly name: string;
  /** Default: "". */
  readonly about?: string;
  /** Default: "person". */
  readonly kind?: UserKind;
  /** Default: false. */
  readonly gone?: boolean;
  /** Default: "". */
  readonly avatar?: Avatar;
}

/** People, in the order asked for or best match first. */
export interface UserList {
  /** Default: []. */
  readonly users?: readonly User[];
}

/** Who sees what of oneself. `receipts` off is mutual and does not apply to groups. */
export interface Privacy {
  /** Default: "everyone". */
  readonly last_seen?: Audience;
  /** Default: "everyone". */
  readonly online?: Audience;
  /** Default: true. */
  readonly receipts?: boolean;
  /** Default: "everyone". */
  readonly groups?: Audience;
}

/** Oneself. */
export interface Account {
  readonly user: User;
  readonly privacy: Privacy;
  /** Default: []. */
  readonly blocked?: readonly Id[];
  /** Default: false. */
  readonly admin?: boolean;
}

/**
 * A person's own marks and settings in one chat, the same on all devices.
 *
 * Visible is every seq in `stays`, pairs [from, to): `to` is 0 while it lasts. `read` is a
 * high-water mark; `read_count` is the number to take from an event's `count` to get the
 * unread ones. `mentioned` is the newest message that names the person: a mark that only grows
 * as well, to be shown while it is beyond `read`. `version` grows with every change that is
 * pushed.
 */
export interface Mine {
  readonly chat: Id;
  readonly version: number;
  readonly stays: readonly (readonly [Seq, SeqOrZero])[];
  /** Default: "member". */
  readonly role?: Role;
  /** Default: 0. */
  readonly read?: SeqOrZero;
  /** Default: 0. */
  readonly read_count?: number;
  /** Default: 0. */
  readonly mentioned?: SeqOrZero;
  /** Default: 0. */
  readonly muted_until?: Millis;
  /** Default: 0. */
  readonly pinned_at?: Millis;
  /** Default: false. */
  readonly archived?: boolean;
  /** Default: false. */
  readonly unread?: boolean;
}

/**
 * How far **all other current members** have come, for the ticks on own messages: never
 * beyond the newest own message.
 *
 * An own message at seq s has two ticks if s <= `delivered`, blue ones if s <= `read`,
 * unless s is in `withheld` (it will never be delivered and keeps one tick).
 */
export interface Ticks {
  readonly chat: Id;
  /** Default: 0. */
  readonly delivered?: SeqOrZero;
  /** Default: 0. */
  readonly read?: SeqOrZero;
  /** Default: []. */
  readonly withheld?: readonly Seq[];
}

/**
 * Messages [first, last] of a chat did not reach `user`. `ended`: that is over; they did
 * after all, or are tried again.
 */
export interface Failure {
  readonly chat: Id;
  readonly user: Id;
  readonly first: Seq;
  readonly last: Seq;
  readonly reason: FailureReason;
  readonly attempts: number;
  readonly at: Millis;
  /** Default: false. */
  readonly ended?: boolean;
}

/** What is true of a group for all its members. */
export interface GroupInfo {
  readonly title: string;
  /** Default: "". */
  readonly description?: string;
  /** Default: "everyone". */
  readonly edit_info?: Who;
  /** Default: "everyone". */
  readonly send?: Who;
  /** Default: "everyone". */
  readonly add_members?: Who;
  /** Default: false. */
  readonly approval?: boolean;
  /** Default: "joined". */
  readonly history?: HistoryFor;
  /** Default: 0. */
  readonly members?: number;
  /** Default: "". */
  readonly avatar?: Avatar;
}

/**
 * A chat as its member sees it now. `last` and `count` are those of its newest visible
 * event; `peer` is the other person of a direct chat. `events` are the newest, oldest first,
 * without a hole up to `last`; always at least the newest one when there is any to see.
 */
export interface Head {
  readonly chat: Id;
  readonly kind: ChatKind;
  readonly last: SeqOrZero;
  readonly count: number;
  readonly mine: Mine;
  readonly ticks: Ticks;
  readonly peer?: Id;
  readonly group?: GroupInfo;
  /** Default: []. */
  readonly events?: readonly ChatEvent[];
  /** Default: []. */
  readonly failures?: readonly Failure[];
  /** Default: []. */
  readonly users?: readonly User[];
}

/**
 * Everything that changed has been sent. Give `since` with the next `Sync`. `chats` is
 * how many heads were sent. `reset`: the token given was of another life of this server, all
 * heads were sent, and what the client holds beyond them is void.
 */
export interface CaughtUp {
  readonly since: string;
  readonly now: Millis;
  /** Default: 0. */
  readonly chats?: number;
  /** Default: false. */
  readonly reset?: boolean;
}

/**
 * Answer to a heartbeat. `sync`: the server may have failed to hand this session something,
 * and it should sync now.
 */
export interface Beat {
  readonly now: Millis;
  /** Default: false. */
  readonly sync?: boolean;
}

/** A message is durably stored at `seq`. `read_count` as in `Mine`, after the message. */
export interface Accepted {
  readonly chat: Id;
  readonly seq: Seq;
  readonly at: Millis;
  readonly count: number;
  readonly read_count: number;
}

/** A group action. `seq` is its event's place, 0 if it changed nothing (yet). */
export interface Placed {
  readonly chat: Id;
  /** Default: 0. */
  readonly seq?: SeqOrZero;
  /** Default: 0. */
  readonly at?: Millis;
  /** Default: []. */
  readonly refused?: readonly Id[];
  /** Default: []. */
  readonly pending?: readonly Id[];
}

/**
 * Part of a chat's log without holes inside, oldest first. `older` / `newer`: there is
 * more that the caller may see on that side.
 */
export interface Page {
  readonly chat: Id;
  readonly events: readonly ChatEvent[];
  /** Default: false. */
  readonly older?: boolean;
  /** Default: false. */
  readonly newer?: boolean;
}

/**
 * What a chat holds of one sort, newest first. `before`: there may be more; ask again with it
 * (also if `events` is empty). 0: that is all the caller may see.
 */
export interface Gallery {
  readonly chat: Id;
  /** Default: []. */
  readonly events?: readonly ChatEvent[];
  /** Default: 0. */
  readonly before?: SeqOrZero;
}

/** Bytes by kind of file; pictures of people and groups count as photos. */
export interface KindSizes {
  /** Default: 0. */
  readonly photo?: FileSize;
  /** Default: 0. */
  readonly video?: FileSize;
  /** Default: 0. */
  readonly voice?: FileSize;
  /** Default: 0. */
  readonly document?: FileSize;
}

/** What one's own files take, unfinished uploads included, of the `quota` (0: no limit). */
export interface Storage {
  readonly used: FileSize;
  readonly quota: FileSize;
  readonly count: number;
  readonly kinds: KindSizes;
}

/** One recipient's line in message info. 0 = not yet, or hidden. */
export interface Person {
  readonly user: Id;
  /** Default: 0. */
  readonly delivered_at?: Millis;
  /** Default: 0. */
  readonly read_at?: Millis;
  readonly failed?: FailureReason;
  /** Default: 0. */
  readonly attempts?: number;
  /** Default: 0. */
  readonly failed_at?: Millis;
  /** Default: false. */
  readonly left?: boolean;
}

/** Per recipient of an own message: delivered, read, failed, each with its time. */
export interface MessageInfo {
  readonly chat: Id;
  readonly seq: Seq;
  readonly people: readonly Person[];
}

/** A member, or a past one (`left`). */
export interface Member {
  readonly user: Id;
  /** Default: "member". */
  readonly role?: Role;
  /** Default: 0. */
  readonly since?: Millis;
  /** Default: false. */
  readonly left?: boolean;
}

/** All who are or were in the chat, and their profiles. */
export interface MemberList {
  readonly chat: Id;
  readonly members: readonly Member[];
  /** Default: []. */
  readonly users?: readonly User[];
}

/** An invite link's code. `uses` left, 0 = no limit. */
export interface Link {
  readonly chat: Id;
  readonly code: string;
  readonly expires_at: Millis;
  /** Default: 0. */
  readonly uses?: number;
}

/** What one sees before joining. */
export interface InvitePreview {
  readonly chat: Id;
  readonly title: string;
  /** Default: "". */
  readonly description?: string;
  /** Default: 0. */
  readonly members?: number;
  /** Default: false. */
  readonly approval?: boolean;
  /** Default: false. */
  readonly joined?: boolean;
}

/** Somebody waits to be let in. */
export interface JoinRequest {
  readonly user: Id;
  readonly at: Millis;
  readonly invited_by?: Id;
}

/** Requests, oldest first, and the people's profiles. */
export interface RequestList {
  readonly chat: Id;
  /** Default: []. */
  readonly requests?: readonly JoinRequest[];
  /** Default: []. */
  readonly users?: readonly User[];
}

/** A place where one is signed in. `used_at` to the minute. */
export interface Device {
  readonly id: Id;
  readonly name: string;
  readonly created_at: Millis;
  readonly used_at: Millis;
  /** Default: false. */
  readonly online?: boolean;
  /** Default: false. */
  readonly this?: boolean;
}

/** Own devices, last used first. */
export interface DeviceList {
  readonly devices: readonly Device[];
}

/**
 * The code of an invitation to the server, for the page `/invite/CODE`. It is stored hashed
 * and cannot be shown again.
 */
export interface Invitation {
  readonly code: string;
  readonly expires_at: Millis;
}

/** A bot and its secret. It is stored hashed and cannot be shown again. */
export interface BotToken {
  readonly user: User;
  readonly token: string;
}

/**
 * An error on the wire. `retry_after` in milliseconds, 0 = at the client's leisure;
 * `field` names what was wrong in the request, as `$.do.body.text`.
 */
export interface RequestError {
  readonly code: ErrorCode;
  readonly text: string;
  /** Default: false. */
  readonly retry?: boolean;
  /** Default: 0. */
  readonly retry_after?: number;
  /** Default: "". */
  readonly field?: string;
}

// --- Commands ----------------------------------------------------------------------------------

/** Everything of `chat` up to `seq`. */
export interface Mark {
  readonly chat: Id;
  readonly seq: Seq;
}

/**
 * Catch up. `since` is the token of the last `CaughtUp`, or none for everything. `Heads`
 * pushes follow, newest chat first, then the answer. `inline` newest chats come with their
 * newest events.
 */
export interface SyncCommand {
  readonly type: "sync";
  readonly since?: Since;
  /** 0 to 50. Default: 10. */
  readonly inline?: number;
  /** Default: []. */
  readonly features?: readonly string[];
}

/** Every 25 s, and at once when `foreground` (the app is in front) changes. */
export interface HeartbeatCommand {
  readonly type: "heartbeat";
  readonly foreground: boolean;
}

/**
 * What this session looks at: replaces what it looked at before. `chat` is the open
 * conversation (typing is pushed for it), `users` those whose presence shows on screen; the
 * present state of each comes as a push at once.
 */
export interface WatchCommand {
  readonly type: "watch";
  readonly chat?: Id;
  /** At most 200 items. Default: []. */
  readonly users?: readonly Id[];
}

/**
 * Tell those who have the chat open. Repeat every 4 s while it lasts; it lapses after 6 s.
 * `doing`: only to a server with the feature `recording`, of a voice message.
 */
export interface TypingCommand {
  readonly type: "typing";
  readonly chat: Id;
  /** Default: true. */
  readonly active?: boolean;
  /** Default: "typing". */
  readonly doing?: Doing;
}

/**
 * Put a message into a chat. Acknowledged once durably stored. `file` is an own upload, or
 * any file that the caller can see: a forwarded one is not uploaded again. What the message shows
 * of it (`body.file`) is filled in by the server.
 */
export interface SendCommand {
  readonly type: "send";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly body: Message;
  readonly file?: Id;
}

/**
 * Delete an own message for everyone, up to `DELETE_SECONDS` after it was sent. It is served to
 * nobody from then on, nor is its file, unless another message holds that.
 */
export interface DeleteCommand {
  readonly type: "delete";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly seq: Seq;
}

/**
 * A page of a chat's log, oldest first. `before`: events below that seq; `after`: above
 * it; `around`: half a page on either side; none: the newest. Only what the caller may see.
 */
export interface HistoryCommand {
  readonly type: "history";
  readonly chat: Id;
  readonly before?: Seq;
  readonly after?: SeqOrZero;
  readonly around?: Seq;
  /** 1 to 200. Default: 50. */
  readonly limit?: number;
}

/**
 * Photos and videos, documents, voice messages or links of a chat, newest first; `before`:
 * those below that seq.
 */
export interface GalleryCommand {
  readonly type: "gallery";
  readonly chat: Id;
  readonly of: Collection;
  readonly before?: Seq;
  /** 1 to 100. Default: 50. */
  readonly limit?: number;
}

/** Who received and read an own message, and when. */
export interface InfoCommand {
  readonly type: "info";
  readonly chat: Id;
  readonly seq: Seq;
}

/**
 * Try again to deliver an own message that failed, and what failed together with it, to all
 * whom it did not reach but those who are gone. The failures end; those that fail again come
 * back.
 */
export interface RetryCommand {
  readonly type: "retry";
  readonly chat: Id;
  readonly seq: Seq;
}

/** This device has stored everything up to these marks. Usually sent without an id. */
export interface ReceivedCommand {
  readonly type: "received";
  /** 1 to 256 items. */
  readonly marks: readonly Mark[];
}

/** The person has seen everything up to these marks, on screen with the window in front. */
export interface ReadCommand {
  readonly type: "read";
  /** 1 to 256 items. */
  readonly marks: readonly Mark[];
}

/** The one-to-one chat with `user`, made if there is none; with oneself: notes to self. */
export interface OpenDirectCommand {
  readonly type: "open_direct";
  readonly user: Id;
}

/** One chat as it stands, with its newest events. */
export interface ChatCommand {
  readonly type: "chat";
  readonly chat: Id;
}

/** Members and past members of a chat, with roles. */
export interface MembersCommand {
  readonly type: "members";
  readonly chat: Id;
}

/**
 * How a chat stands in one's own list. Absent fields stay. `muted_until` 0 unmutes;
 * `unread` sets or clears the dot of 'mark as unread'.
 */
export interface ArrangeCommand {
  readonly type: "arrange";
  readonly chat: Id;
  readonly muted_until?: Millis;
  readonly pinned?: boolean;
  readonly archived?: boolean;
  readonly unread?: boolean;
}

/**
 * Make a group and be its admin. Members whose privacy forbids it are left out and named in
 * the answer's `refused`, to be invited privately.
 */
export interface CreateGroupCommand {
  readonly type: "create_group";
  readonly client_id: ClientId;
  readonly title: Title;
  /** At most 256 items. Default: []. */
  readonly members?: readonly Id[];
  /** Default: "". */
  readonly description?: Description;
  readonly settings?: Settings;
}

/**
 * Add people. Those whose privacy forbids it come back in `refused`; where members need an
 * admin's approval and the caller is none, they become requests and come back in `pending`.
 */
export interface AddMembersCommand {
  readonly type: "add_members";
  readonly chat: Id;
  readonly client_id: ClientId;
  /** 1 to 256 items. */
  readonly users: readonly Id[];
}

/** An admin removes somebody, who keeps the history up to here and gets nothing newer. */
export interface RemoveMemberCommand {
  readonly type: "remove_member";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly user: Id;
}

/** Leave a group. When the last admin leaves, the longest-standing member becomes admin. */
export interface LeaveCommand {
  readonly type: "leave";
  readonly chat: Id;
  readonly client_id: ClientId;
}

/** An admin promotes or demotes a member. The last admin cannot be demoted. */
export interface SetRoleCommand {
  readonly type: "set_role";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly user: Id;
  readonly role: Role;
}

/** Change title, description, picture (who may: the switch `edit_info`), switches (admins). */
export interface ChangeGroupCommand {
  readonly type: "change_group";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly title?: Title;
  readonly description?: Description;
  readonly settings?: Settings;
  readonly avatar?: Avatar;
}

/** The group's invite link, for those who may add members; made if there is none. */
export interface InviteLinkCommand {
  readonly type: "invite_link";
  readonly chat: Id;
}

/** A new link; the old one stops to work. `seconds` until it lapses, `uses` 0 = no limit. */
export interface ResetInviteLinkCommand {
  readonly type: "reset_invite_link";
  readonly chat: Id;
  /** 60 to 2,592,000. Default: 604800. */
  readonly seconds?: number;
  /** 0 to 1,024. Default: 0. */
  readonly uses?: number;
}

/** No link from now on, until one is asked for again. */
export interface RevokeInviteLinkCommand {
  readonly type: "revoke_invite_link";
  readonly chat: Id;
}

/** Send `user` an invitation (3 days) into the group, as a message in the direct chat. */
export interface InvitePrivatelyCommand {
  readonly type: "invite_privately";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly user: Id;
}

/** What an invite code leads to: title, description, number of members. */
export interface PreviewInviteCommand {
  readonly type: "preview_invite";
  readonly code: Code;
}

/** Enter a group by an invite code; where members need approval, ask for it. */
export interface JoinCommand {
  readonly type: "join";
  readonly code: Code;
  readonly client_id: ClientId;
}

/** Who waits for approval, for admins. */
export interface JoinRequestsCommand {
  readonly type: "join_requests";
  readonly chat: Id;
}

/** An admin lets somebody in, or not. */
export interface DecideRequestCommand {
  readonly type: "decide_request";
  readonly chat: Id;
  readonly client_id: ClientId;
  readonly user: Id;
  readonly accept: boolean;
}

/** One's own account: profile, privacy, blocked people. */
export interface MeCommand {
  readonly type: "me";
}

/** Change handle, name, about or picture. Absent fields stay. */
export interface SetProfileCommand {
  readonly type: "set_profile";
  readonly handle?: Handle;
  readonly name?: Name;
  readonly about?: About;
  readonly avatar?: Avatar;
}

/**
 * Who sees last seen and online, whether read receipts are given (and seen), who may add one
 * to groups. Absent fields stay.
 */
export interface SetPrivacyCommand {
  readonly type: "set_privacy";
  readonly last_seen?: Audience;
  readonly online?: Audience;
  readonly receipts?: boolean;
  readonly groups?: Audience;
}

/** What one's own files take on the server. */
export interface StorageUseCommand {
  readonly type: "storage_use";
}

/** Block or unblock somebody. They are told nothing. */
export interface BlockCommand {
  readonly type: "block";
  readonly user: Id;
  /** Default: true. */
  readonly blocked?: boolean;
}

/**
 * People by handle (whole) or by the beginning of a name or handle among one's contacts.
 * Limited against enumeration.
 */
export interface FindCommand {
  readonly type: "find";
  readonly query: Query;
}

/** Profiles by id, of people one shares a chat with or has looked up. */
export interface UsersCommand {
  readonly type: "users";
  /** 1 to 200 items. */
  readonly ids: readonly Id[];
}

/** Where one is signed in. */
export interface DevicesCommand {
  readonly type: "devices";
}

/** Give a device another name. */
export interface RenameDeviceCommand {
  readonly type: "rename_device";
  readonly device: Id;
  readonly name: DeviceName;
}

/** Sign a device out, wherever it is; its sockets close within a second. */
export interface RemoveDeviceCommand {
  readonly type: "remove_device";
  readonly device: Id;
}

/**
 * Alert this device by Web Push while it has no session. The fields are those of the browser's
 * `PushSubscription`, made with the `push_key` of `Hello`. `previews`: with the beginning of
 * the text. `closing` false: without `ReadAlert`, for browsers that take it amiss when a push
 * shows nothing. Replaces the device's earlier subscription; send it whenever the page starts.
 */
export interface SubscribePushCommand {
  readonly type: "subscribe_push";
  readonly endpoint: Endpoint;
  readonly p256dh: PublicKey;
  readonly auth: AuthSecret;
  /** Default: false. */
  readonly previews?: boolean;
  /** Default: true. */
  readonly closing?: boolean;
}

/** No alerts to this device from now on. Signing out does the same. */
export interface UnsubscribePushCommand {
  readonly type: "unsubscribe_push";
}

/** A new password. Signs out all other devices. */
export interface ChangePasswordCommand {
  readonly type: "change_password";
  readonly old: Password;
  readonly new: NewPassword;
}

/**
 * A one-time invitation to this server, for its admins to pass on. It can be used where new
 * accounts need one.
 */
export interface InvitePersonCommand {
  readonly type: "invite_person";
}

/** An account for a program, owned by the caller. The token is shown once. */
export interface CreateBotCommand {
  readonly type: "create_bot";
  readonly handle: Handle;
  readonly name: Name;
}

/** One's own bots. */
export interface BotsCommand {
  readonly type: "bots";
}

/** A new token for a bot; the old one stops to work at once. */
export interface ResetBotTokenCommand {
  readonly type: "reset_bot_token";
  readonly bot: Id;
}

/** Delete an own bot. What it wrote stays. */
export interface DeleteBotCommand {
  readonly type: "delete_bot";
  readonly bot: Id;
}

/** Everything a client may ask. */
export type Command =
  | SyncCommand
  | HeartbeatCommand
  | WatchCommand
  | TypingCommand
  | SendCommand
  | DeleteCommand
  | HistoryCommand
  | GalleryCommand
  | InfoCommand
  | RetryCommand
  | ReceivedCommand
  | ReadCommand
  | OpenDirectCommand
  | ChatCommand
  | MembersCommand
  | ArrangeCommand
  | CreateGroupCommand
  | AddMembersCommand
  | RemoveMemberCommand
  | LeaveCommand
  | SetRoleCommand
  | ChangeGroupCommand
  | InviteLinkCommand
  | ResetInviteLinkCommand
  | RevokeInviteLinkCommand
  | InvitePrivatelyCommand
  | PreviewInviteCommand
  | JoinCommand
  | JoinRequestsCommand
  | DecideRequestCommand
  | MeCommand
  | SetProfileCommand
  | SetPrivacyCommand
  | StorageUseCommand
  | BlockCommand
  | FindCommand
  | UsersCommand
  | DevicesCommand
  | RenameDeviceCommand
  | RemoveDeviceCommand
  | SubscribePushCommand
  | UnsubscribePushCommand
  | ChangePasswordCommand
  | InvitePersonCommand
  | CreateBotCommand
  | BotsCommand
  | ResetBotTokenCommand
  | DeleteBotCommand;

/** What `ok` holds, by the `type` of the command. */
export interface Answers {
  readonly sync: CaughtUp;
  readonly heartbeat: Beat;
  readonly watch: Done;
  readonly typing: Done;
  readonly send: Accepted;
  readonly delete: Placed;
  readonly history: Page;
  readonly gallery: Gallery;
  readonly info: MessageInfo;
  readonly retry: Done;
  readonly received: Done;
  readonly read: Done;
  readonly open_direct: Head;
  readonly chat: Head;
  readonly members: MemberList;
  readonly arrange: Mine;
  readonly create_group: Placed;
  readonly add_members: Placed;
  readonly remove_member: Placed;
  readonly leave: Placed;
  readonly set_role: Placed;
  readonly change_group: Placed;
  readonly invite_link: Link;
  readonly reset_invite_link: Link;
  readonly revoke_invite_link: Done;
  readonly invite_privately: Placed;
  readonly preview_invite: InvitePreview;
  readonly join: Placed;
  readonly join_requests: RequestList;
  readonly decide_request: Placed;
  readonly me: Account;
  readonly set_profile: Account;
  readonly set_privacy: Account;
  readonly storage_use: Storage;
  readonly block: Account;
  readonly find: UserList;
  readonly users: UserList;
  readonly devices: DeviceList;
  readonly rename_device: DeviceList;
  readonly remove_device: DeviceList;
  readonly subscribe_push: Done;
  readonly unsubscribe_push: Done;
  readonly change_password: Done;
  readonly invite_person: Invitation;
  readonly create_bot: BotToken;
  readonly bots: UserList;
  readonly reset_bot_token: BotToken;
  readonly delete_bot: UserList;
}

// --- Pushes ------------------------------------------------------------------------------------

/**
 * First frame of every session. `heartbeat` is the interval in seconds, `push_key` what a
 * browser must be given as `applicationServerKey` before `subscribe_push`; without it the
 * server sends no alerts.
 */
export interface HelloPush {
  readonly type: "hello";
  readonly protocol: number;
  readonly features: readonly string[];
  readonly server: string;
  readonly user: Id;
  readonly device: Id;
  readonly heartbeat: number;
  readonly now: Millis;
  /** Default: "". */
  readonly push_key?: string;
}

/**
 * A chat's log grew. For a chat that the client does not know, or an event that changes one's
 * own membership, ask for the `Chat`. `read_count` comes only to the sender's other sessions
 * (see `Mine`).
 */
export interface EventPush {
  readonly type: "event";
  readonly event: ChatEvent;
  readonly read_count?: number;
}

/** Chats as they stand now: the body of a sync. */
export interface HeadsPush {
  readonly type: "heads";
  readonly heads: readonly Head[];
}

/** Own marks or settings of a chat changed, on this or another device. */
export interface MinePush {
  readonly type: "mine";
  readonly mine: Mine;
}

/** The others received or read more of a chat. */
export interface TicksPush {
  readonly type: "ticks";
  readonly ticks: Ticks;
}

/** Own messages did not reach somebody after all attempts, or did so later after all. */
export interface FailedPush {
  readonly type: "failed";
  readonly failure: Failure;
}

/**
 * Somebody types in the chat this session has open, or records a voice message for it; lapses
 * by itself after 6 s, and the later one takes the place of the other.
 */
export interface TypingPush {
  readonly type: "typing";
  readonly chat: Id;
  readonly user: Id;
  /** Default: true. */
  readonly active?: boolean;
  /** Default: "typing". */
  readonly doing?: Doing;
}

/** State of a watched person. `online`, or `last_seen` (0 = not shown). */
export interface PresencePush {
  readonly type: "presence";
  readonly user: Id;
  /** Default: false. */
  readonly online?: boolean;
  /** Default: 0. */
  readonly last_seen?: Millis;
}

/** A person's profile changed. */
export interface ProfilePush {
  readonly type: "profile";
  readonly user: User;
}

/** Own profile, privacy or block list changed, on this or another device. */
export interface AccountPush {
  readonly type: "account";
  readonly account: Account;
}

/** To admins: the number of people who wait to be let into a group changed. */
export interface RequestsPush {
  readonly type: "requests";
  readonly chat: Id;
  readonly waiting: number;
}

/** The server is about to close: come back after `reconnect_after` milliseconds. */
export interface GoodbyePush {
  readonly type: "goodbye";
  readonly reconnect_after: number;
}

/** Everything a server tells unasked. */
export type Push =
  | HelloPush
  | EventPush
  | HeadsPush
  | MinePush
  | TicksPush
  | FailedPush
  | TypingPush
  | PresencePush
  | ProfilePush
  | AccountPush
  | RequestsPush
  | GoodbyePush;

// --- Alerts ------------------------------------------------------------------------------------

/**
 * A message, or an `invite`, came: the newest of its `chat` that this device was not told
 * of. `sender` is called `name`; a group has a `title`. `mentioned`: the reader is named
 * in it, or in one before that is new as well. `text` comes only where the subscription asked
 * for previews, cut at `ALERT_CHARS`; of an invite it is the title of the group, of a document
 * without words its name. So do `file`, the kind of what goes with the text, and its
 * `duration`. `unread` is the number of unread messages of this chat, `total` that of all
 * that are neither muted nor archived, for the app's badge.
 */
export interface MessageAlert {
  readonly type: "message";
  readonly chat: Id;
  readonly chat_kind: ChatKind;
  readonly seq: Seq;
  readonly at: Millis;
  readonly sender: Id;
  readonly name: string;
  /** Default: "". */
  readonly title?: string;
  /** Default: false. */
  readonly invite?: boolean;
  /** Default: false. */
  readonly mentioned?: boolean;
  /** Default: "". */
  readonly text?: string;
  readonly file?: FileKind;
  /** Default: 0. */
  readonly duration?: Millis;
  /** Default: 0. */
  readonly unread?: number;
  /** Default: 0. */
  readonly total?: number;
}

/**
 * Everything of `chat` up to `seq` was read on another device: close what is shown of it.
 * `total` as above.
 */
export interface ReadAlert {
  readonly type: "read";
  readonly chat: Id;
  readonly seq: Seq;
  /** Default: 0. */
  readonly total?: number;
}

/** Everything that comes by Web Push. */
export type Alert =
  | MessageAlert
  | ReadAlert;

// --- Frames ------------------------------------------------------------------------------------

/** A client's frame. Without an id (or with 0) it gets no answer. */
export interface Request<C extends Command = Command> {
  readonly id?: number;
  readonly do: C;
}

/** A server's frame: the answer to a request. */
export interface Answered<T = unknown> {
  readonly reply: number;
  readonly ok: T;
}

/** A server's frame: a request was refused. */
export interface Refused {
  readonly reply: number;
  readonly error: RequestError;
}

/** A server's frame that nobody asked for. */
export interface Pushed {
  readonly push: Push;
}

/** Any frame of a server: told apart by which field is there. */
export type ServerFrame = Answered | Refused | Pushed;

/** What a command is answered with. */
export type AnswerTo<C extends Command> = Answers[C["type"]];

// --- Bodies of the HTTP side -------------------------------------------------------------------

/**
 * A new account. `invite` where the server asks for one; `claim` is the one-time code
 * that the server printed at its first start and makes this account its admin.
 */
export interface SignUp {
  readonly handle: Handle;
  readonly name: Name;
  readonly password: NewPassword;
  /** Default: "a device". */
  readonly device?: DeviceName;
  readonly invite?: Code;
  readonly claim?: Code;
}

/** Sign in with a handle and a password, as a new device. */
export interface SignIn {
  /** At most 64 characters. */
  readonly handle: string;
  readonly password: Password;
  /** Default: "a device". */
  readonly device?: DeviceName;
}

/** A session token for `Authorization: Bearer`; browsers get it as a cookie as well. */
export interface SignedIn {
  readonly user: User;
  readonly device: string;
  readonly token: string;
}

/** Whose cookie it is: pages cannot read it, nor why a socket was refused. Empty: nobody's. */
export interface Session {
  /** Default: "". */
  readonly user?: string;
  /** Default: "". */
  readonly device?: string;
}

/**
 * Where a request came from, as limits go by: an IPv4 address, the network of an IPv6 one, or
 * `local`; and what became of its forwarding headers: there were none, a trusted proxy set
 * them, or they were ignored.
 */
export interface Address {
  readonly address: string;
  readonly forwarding: "none" | "believed" | "ignored";
}

/** What a client may know before signing in. */
export interface Server {
  readonly name: string;
  readonly version: string;
  readonly protocol: number;
  readonly features: readonly string[];
  readonly sign_up: string;
  readonly claimed: boolean;
  readonly now: Millis;
}
