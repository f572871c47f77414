/** What a notification says: the same, whether the page shows it or the service worker. */
import type { FileKind, Id, MessageAlert, Millis, Seq } from "@/wire/types";

/** Words of the namespace `alerts`, in the language of the page. */
export type Say = (
  key:
    | "message"
    | "messages"
    | "mention"
    | "invitation"
    | "invitationTo"
    | "said"
    | "with"
    | "voiceLong"
    | FileKind,
  values?: Readonly<Record<string, string | number>>,
) => string;

/** What a notification carries with it. */
export interface NoticeData {
  readonly chat: Id;
  readonly seq: Seq;
}

export interface Notice {
  readonly title: string;
  readonly options: NotificationOptions & { readonly data: NoticeData };
}

// One notification a chat, replaced by the next.
const TAG = "chat ";

export function tagOf(chat: Id): string {
  return TAG + chat;
}

/** The chat that a notification is of, and up to where; null for one that is of none. */
export function dataOf(notification: Notification): NoticeData | null {
  return notification.tag.startsWith(TAG) ? (notification.data as NoticeData) : null;
}

/**
 * The notification for an alert. `silent`: without the system's sound. Names and texts come from
 * others and may run in either direction: the system lays them out by their own letters.
 */
export function notice(alert: MessageAlert, say: Say, silent: boolean): Notice {
  const { chat, seq, at } = alert;
  const extras = { renotify: !silent, timestamp: at };
  return {
    title: title(alert),
    options: {
      ...extras,
      body: body(alert, say),
      tag: tagOf(chat),
      data: { chat, seq },
      icon: "/icons/app-192.png",
      badge: "/icons/badge-96.png",
      dir: "auto",
      silent,
    },
  };
}

/** Whose it is; with how many, where the text of the newest stands below. */
function title({ chat_kind, title, name, text, file, unread = 0 }: MessageAlert): string {
  const called = chat_kind === "group" && title ? title : name;
  return (text || file) && unread > 1 ? `${called} (${unread})` : called;
}

function body(alert: MessageAlert, say: Say): string {
  const what = content(alert, say);
  const who = alert.chat_kind === "group" && alert.name !== "";
  return who ? say("said", { who: alert.name, text: what }) : what;
}

function content(alert: MessageAlert, say: Say): string {
  const { text, invite, mentioned, unread = 0, file, duration = 0 } = alert;
  if (invite) return text ? say("invitationTo", { title: text }) : say("invitation");
  if (file) {
    const voice = file === "voice" && duration > 0;
    const what = voice ? say("voiceLong", { time: playTime(duration) }) : say(file);
    return text ? say("with", { what, text }) : what;
  }
  if (text) return text;
  if (mentioned) return say("mention");
  return unread > 1 ? say("messages", { count: unread }) : say("message");
}

/** '0:12': without the page's machinery for numbers. */
function playTime(milliseconds: Millis): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
