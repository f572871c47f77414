/** What happened in a chat, in words: service lines, and previews of one line. */
import i18next from "i18next";
import type { Chat } from "@/state";
import type {
  ChatEvent,
  Changed,
  FileKind,
  Id,
  Message,
  RoleChanged,
  Settings,
} from "@/wire/types";
import { fileWords, kindWord, type Told } from "./files";
import { direction, locale } from "./language";
import { called, firstName, nameOf, type People } from "./names";
import { isolated, oneLine, withoutMarks } from "./plain";

/** Who said it ("" where that goes without saying), and what. */
export interface Preview {
  readonly who: string;
  readonly text: string;
  /** Of the file that goes with it. */
  readonly file?: FileKind;
}

/** The event as a line between the bubbles; null for one that is not shown (to this reader). */
export function serviceLine(state: People, chat: Chat, event: ChatEvent): string | null {
  const { body, sender } = event;
  const mine = sender === state.user;
  switch (body.kind) {
    case "created":
      return chat.kind === "group"
        ? say("created", mine && "you", { who: name(state, sender), title: quoted(body.title) })
        : null;
    case "added":
      return added(state, sender, body.users);
    case "joined":
      return body.approved_by === undefined
        ? say("joined", mine && "you", { who: name(state, sender) })
        : twoSided(state, "approved", body.approved_by, sender);
    case "left":
      return mine || chat.mine.role === "admin"
        ? say("left", mine && "you", { who: name(state, sender) })
        : null;
    case "removed":
      return twoSided(state, "removed", sender, body.user);
    case "role":
      return roleChanged(state, sender, body);
    case "changed":
      return changed(state, sender, body);
    default:
      return null;
  }
}

/** The event on one line, in two parts, as a list of chats shows it; null for nothing to show. */
export function preview(state: People, chat: Chat, event: ChatEvent): Preview | null {
  const { body, sender } = event;
  if (body.kind === "blank") {
    return { who: "", text: say("blank", sender === state.user && "you", {}) };
  }
  if (body.kind !== "message" && body.kind !== "invite") {
    const line = serviceLine(state, chat, event);
    return line === null ? null : { who: "", text: line };
  }
  const who = chat.kind === "group" ? firstName(called(state, sender)) : "";
  if (body.kind === "invite") {
    return { who, text: say("invitation", false, { title: quoted(body.title) }) };
  }
  const file = body.file && { file: body.file.kind };
  return { who, text: messageText(state, body), ...file };
}

/**
 * A message on one line: without marks, and with the names of those whom it mentions. Where there
 * is a file and no text, what the file is; `told` is that of a message on its way.
 */
export function messageText(state: People, message: Message, told?: Told): string {
  const { text, mentions = [], file = told } = message;
  if (text === "" && file) return fileWords(file);
  let named = text;
  for (const id of mentions) {
    const handle = state.users.get(id)?.handle;
    if (!handle) continue;
    const mention = new RegExp(`(?<![\\w@])@${handle.replaceAll(".", "\\.")}(?![\\w.]*\\w)`, "g");
    named = named.replace(mention, () => `@${nameOf(state, id)}`);
  }
  return withoutMarks(named);
}

/** `preview` as one string: "Ben: Tea?"; empty for nothing to show. */
export function previewText(state: People, chat: Chat, event: ChatEvent): string {
  const parts = preview(state, chat, event);
  if (!parts) return "";
  const text = withFile(event, parts.text);
  return parts.who ? say("said", false, { who: bidi(parts.who), text }) : text;
}

/** Where the words do not say that there is a file: 'Photo: …'. */
export function withFile({ body }: ChatEvent, text: string): string {
  if (body.kind !== "message" || !body.file || body.text === "") return text;
  return i18next.t("files:with", { what: kindWord(body.file.kind), text });
}

/** "Ann", "Ann and Bob", "Ann, Bob and 3 others", as the language joins them. */
export function listing(names: readonly string[], most = 4): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.length - shown.length;
  const parts = shown.map(bidi);
  if (rest > 0) parts.push(i18next.t("events:others", { count: rest }));
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(parts);
}

function added(state: People, sender: Id, users: readonly Id[]): string {
  const others = users.filter((user) => user !== state.user);
  const people = listing(others.map((user) => nameOf(state, user)));
  const who = name(state, sender);
  if (sender === state.user) return say("added", "you", { people });
  if (others.length === users.length) return say("added", false, { who, people });
  return say("added", others.length ? "me_too" : "me", { who, people });
}

/** One person did something to another, either of whom may be the reader. */
function twoSided(state: People, key: string, who: Id, whom: Id): string {
  const side = who === state.user ? "you" : whom === state.user && "me";
  return say(key, side, { who: name(state, who), whom: name(state, whom) });
}

function roleChanged(state: People, sender: Id, body: RoleChanged): string {
  const up = body.role === "admin";
  // Succession has no sender; and an admin may step down.
  if (!sender || sender === body.user) {
    const me = body.user === state.user && "me";
    return say(up ? "is_admin" : "no_admin", me, { whom: name(state, body.user) });
  }
  return twoSided(state, up ? "promoted" : "demoted", sender, body.user);
}

function changed(state: People, sender: Id, body: Changed): string | null {
  const things = changes(body);
  const you = sender === state.user && "you";
  const who = name(state, sender);
  if (things.length === 0) return null;
  const [only] = things;
  if (things.length === 1 && only) return say(`changed_${only.key}`, you, { who, ...only.values });
  const said = things.map((it) => say(`thing_${it.key}`, false, it.values ?? {}));
  const list = new Intl.ListFormat(locale(), { type: "conjunction" }).format(said);
  return say("changed_all", you, { who, things: list });
}

interface Change {
  readonly key: string;
  readonly values?: Readonly<Record<string, string>>;
}

function changes(body: Changed): Change[] {
  const said: Change[] = [];
  if (body.title !== undefined) said.push({ key: "title", values: { title: quoted(body.title) } });
  if (body.avatar !== undefined) said.push({ key: body.avatar ? "avatar" : "no_avatar" });
  if (body.description !== undefined)
    said.push({ key: body.description ? "description" : "no_description" });
  if (body.settings !== undefined) said.push(...switched(body.settings));
  return said;
}

function switched(settings: Settings): Change[] {
  const said: Change[] = [];
  for (const key of ["edit_info", "send", "add_members"] as const) {
    const who = settings[key];
    if (who !== undefined) said.push({ key: `${key}_${who}` });
  }
  if (settings.approval !== undefined)
    said.push({ key: settings.approval ? "approval_on" : "approval_off" });
  if (settings.history !== undefined) said.push({ key: `history_${settings.history}` });
  return said;
}

// The keys are put together from parts; `events.test.ts` holds each to the catalogue.
type Say = (key: string, values: Readonly<Record<string, string>>) => string;

function say(key: string, side: string | false, values: Readonly<Record<string, string>>): string {
  return (i18next.t as Say)(`events:${side ? `${key}_${side}` : key}`, values);
}

function name(state: People, user: Id): string {
  return bidi(nameOf(state, user));
}

function quoted(title = ""): string {
  return bidi(oneLine(title));
}

function bidi(text: string): string {
  return isolated(text, direction(i18next.language) === "rtl");
}
