/** What a row of the list shows of a chat. Pure; flat, so that a row is drawn again only for news. */
import { chatTitle, called, firstName, nameOf, messageText, oneLine, preview } from "@/words";
import {
  isMember,
  mentioned,
  muted,
  tick,
  typingIn,
  unread,
  type Chat,
  type State,
  type Tick,
} from "@/state";
import type { FileKind, Id, Millis } from "@/wire/types";

/** What the second line is about. */
export type Saying = "typing" | "recording" | "draft" | "message" | "line" | "nothing";

export interface Row {
  readonly title: string;
  readonly face: "person" | "bot" | "group" | "self";
  /** Whose colour the avatar has. */
  readonly colour: Id;
  /** The file that is its picture; "": it has none. */
  readonly picture: string;
  readonly online: boolean;
  readonly at: Millis;
  readonly saying: Saying;
  /** Who said it, where that has to be said; with `typing` and `recording`, who does. */
  readonly who: string;
  readonly text: string;
  /** What goes with the text. */
  readonly file: FileKind | "";
  /** The words tell of the file themselves. */
  readonly bare: boolean;
  /** How many type, or record. */
  readonly typists: number;
  /** What became of an own message; "" for those of others. */
  readonly tick: Tick | "";
  readonly unread: number;
  readonly mentioned: boolean;
  /** Marked as unread by hand. */
  readonly marked: boolean;
  readonly muted: boolean;
  readonly pinned: boolean;
}

/** What a row needs of the state. */
export type Known = Pick<
  State,
  "user" | "users" | "chats" | "presence" | "typing" | "drafts" | "outbox" | "open"
>;

export function rowOf(state: Known, chat: Chat, now: Millis): Row {
  const peer = chat.peer === undefined ? undefined : state.users.get(chat.peer);
  return {
    title: chatTitle(state, chat),
    face: chat.kind === "direct" ? (peer?.kind ?? "person") : chat.kind,
    colour: chat.peer ?? chat.id,
    picture: (chat.kind === "group" ? chat.group?.avatar : peer?.avatar) ?? "",
    online: chat.peer !== undefined && (state.presence.get(chat.peer)?.online ?? false),
    at: pendingIn(state, chat.id)?.at ?? chat.at,
    unread: unread(chat),
    mentioned: mentioned(chat),
    marked: chat.mine.unread ?? false,
    muted: muted(chat, now),
    pinned: (chat.mine.pinned_at ?? 0) > 0,
    ...saidIn(state, chat, now),
  };
}

type Said = Pick<Row, "saying" | "who" | "text" | "file" | "bare" | "typists" | "tick">;

function saidIn(state: Known, chat: Chat, now: Millis): Said {
  const nothing = { who: "", text: "", file: "", bare: false, typists: 0, tick: "" } as const;
  const { doing, users } = typingIn(state, chat.id, now);
  if (isMember(chat) && users.length > 0) {
    const who = chat.kind === "group" ? firstName(nameOf(state, users[0]!)) : "";
    return { ...nothing, saying: doing, who, typists: users.length };
  }
  const draft = state.open === chat.id ? "" : oneLine(state.drafts.get(chat.id)?.text ?? "");
  if (draft) return { ...nothing, saying: "draft", text: draft };
  const pending = pendingIn(state, chat.id);
  if (pending) {
    const who = chat.kind === "group" ? called(state, state.user) : "";
    const { body, attached } = pending;
    const text = messageText(state, body, attached);
    const file = body.file?.kind ?? attached?.kind ?? "";
    const bare = file !== "" && body.text === "";
    return { ...nothing, saying: "message", who, text, file, bare, tick: tick(state, pending) };
  }
  return { ...nothing, ...newest(state, chat) };
}

function newest(state: Known, chat: Chat): Pick<Row, "saying"> & Partial<Said> {
  const event = chat.preview;
  const said = event && preview(state, chat, event);
  if (!event || !said) return { saying: "nothing" };
  const { kind } = event.body;
  if (kind !== "message" && kind !== "invite") return { saying: "line", text: said.text };
  const mine = event.sender === state.user && chat.kind !== "self";
  const bare = kind === "message" && event.body.text === "" && said.file !== undefined;
  return { saying: "message", ...said, bare, tick: mine ? tick(state, event) : "" };
}

/** The newest message on its way: nothing in the chat is newer. */
function pendingIn(state: Known, chat: Id) {
  return state.outbox.findLast((it) => it.chat === chat);
}
