/** Which messages are worth an alert: the difference between what was told and what there is. */
import { mentioned, muted, unread, type Chat, type State } from "@/state";
import {
  LIMITS,
  type ChatEvent,
  type Id,
  type MessageAlert,
  type Millis,
  type Seq,
  type SeqOrZero,
} from "@/wire/types";
import { chatTitle, nameOf, withoutMarks } from "@/words";

interface Mark {
  /** The newest message that there was. */
  readonly count: number;
  /** Everything up to here has been told of, or need not be. */
  readonly told: Seq;
}

/** Up to where each chat has been told of. */
export type Told = ReadonlyMap<Id, Mark>;

export interface News {
  readonly chats: readonly Chat[];
  readonly told: Told;
}

type Known = Pick<State, "user" | "users" | "chats">;

/** Everything there is, as told: what was missed before the page was opened is in the list. */
export function allTold({ chats }: Pick<State, "chats">): Told {
  return new Map([...chats.values()].map(({ id, count, last }) => [id, { count, told: last }]));
}

/** The chats in which something came that the reader wants to be told of. */
export function news(before: Told, state: Known, now: Millis): News {
  const told = new Map(before);
  const chats: Chat[] = [];
  for (const chat of state.chats.values()) {
    const mark = before.get(chat.id) ?? { count: 0, told: 0 };
    const tell = isNews(chat, mark, state.user, now);
    if (tell) chats.push(chat);
    if (tell || chat.count > mark.count) {
      told.set(chat.id, { count: chat.count, told: tell ? chat.last : mark.told });
    }
  }
  return { chats, told };
}

function isNews(chat: Chat, { count, told }: Mark, me: Id, now: Millis): boolean {
  const { preview, mine } = chat;
  if (unread(chat) === 0 || preview?.sender === me) return false;
  // The mark of a mention comes with the message, or right behind it.
  if (calls(preview, me) > told || (mentioned(chat) && (mine.mentioned ?? 0) > told)) return true;
  return chat.count > count && !muted(chat, now) && !mine.archived;
}

/** Where the event names the reader; 0 if it does not. */
function calls(event: ChatEvent | undefined, me: Id): SeqOrZero {
  return event?.body.kind === "message" && event.body.mentions?.includes(me) ? event.seq : 0;
}

/** An alert for the newest of a chat, in the form in which the server sends them. */
export function alertOf(state: Known, chat: Chat, previews: boolean): MessageAlert {
  const event = chat.preview;
  const content = event && isContent(event) ? event : undefined;
  const sender = content?.sender ?? chat.peer ?? "";
  return {
    type: "message",
    chat: chat.id,
    chat_kind: chat.kind,
    seq: chat.last,
    at: chat.at,
    sender,
    name: sender === "" ? "" : nameOf(state, sender),
    ...(chat.kind === "group" && { title: chatTitle(state, chat) }),
    invite: content?.body.kind === "invite",
    mentioned: mentioned(chat),
    text: previews && content ? textOf(content) : "",
    ...(previews && content && fileOf(content)),
    unread: unread(chat),
  };
}

/** Unread messages of all chats that are neither muted nor archived: the number on the app. */
export function unreadMessages({ chats }: Pick<State, "chats">, now: Millis): number {
  let sum = 0;
  for (const chat of chats.values()) {
    if (!muted(chat, now) && !chat.mine.archived) sum += unread(chat);
  }
  return sum;
}

function isContent({ body }: ChatEvent): boolean {
  return body.kind === "message" || body.kind === "invite";
}

function textOf({ body }: ChatEvent): string {
  if (body.kind === "invite") return body.title;
  if (body.kind !== "message") return "";
  const name = body.file?.kind === "document" ? body.file.name : "";
  return withoutMarks(body.text || name).slice(0, LIMITS.ALERT_CHARS);
}

function fileOf({ body }: ChatEvent): Pick<MessageAlert, "file" | "duration"> | undefined {
  if (body.kind !== "message" || !body.file) return undefined;
  const { kind, duration = 0 } = body.file;
  return { file: kind, duration };
}
