/** The line below the title: who types, when they were here, who is in the group. */
import { useNow } from "@/design";
import { type Chat, typingIn, useChinwag, useShallow } from "@/state";
import { direction, firstName, isolated, lastSeen, nameOf, useLanguage, useWords } from "@/words";
import type { User } from "@/wire/types";

export interface Subtitle {
  readonly text: string;
  /** Something happens right now. */
  readonly lively: boolean;
}

export function useSubtitle(chat: Chat, members: readonly User[]): Subtitle {
  const t = useWords("conversation");
  const [doing, ...names] = useTyping(chat);
  const rest = useRest(chat, members);
  if (names.length === 0) return { text: rest, lively: false };
  const say = doing === "recording" ? RECORDING : TYPING;
  if (chat.kind !== "group") return { text: t(say.alone), lively: true };
  const [name, other] = names;
  if (names.length === 1) return { text: t(say.one, { name }), lively: true };
  if (names.length === 2) return { text: t(say.two, { name, other }), lively: true };
  return { text: t(say.many, { count: names.length }), lively: true };
}

const TYPING = {
  alone: "typing",
  one: "typingOne",
  two: "typingTwo",
  many: "typingMany",
} as const;
const RECORDING = {
  alone: "recording",
  one: "recordingOne",
  two: "recordingTwo",
  many: "recordingMany",
} as const;

/** What is done, and the first names of those who do it. */
function useTyping(chat: Chat): readonly string[] {
  const some = useChinwag((state) => (state.typing.get(chat.id)?.size ?? 0) > 0);
  const now = useNow(some ? 1000 : 60_000);
  return useChinwag(
    useShallow((state) => {
      const { doing, users } = typingIn(state, chat.id, now);
      return [doing, ...users.map((user) => firstName(nameOf(state, user)))];
    }),
  );
}

function useRest(chat: Chat, members: readonly User[]): string {
  const t = useWords("conversation");
  const now = useNow(30_000);
  const rtl = direction(useLanguage()) === "rtl";
  const me = useChinwag((state) => state.user);
  const presence = useChinwag((state) => (chat.peer ? state.presence.get(chat.peer) : undefined));
  const skew = useChinwag((state) => state.skew);
  if (chat.kind === "self") return t("selfLine");
  if (chat.kind === "direct") {
    // What the server says of the past is told by this device's clock.
    return lastSeen(
      presence && { ...presence, lastSeen: presence.lastSeen && presence.lastSeen - skew },
      now,
    );
  }
  if (members.length === 0) return t("membersCount", { count: chat.group?.members ?? 0 });
  const others = members.filter((user) => user.id !== me).map((user) => firstName(user.name));
  const names = others.sort((one, other) => one.localeCompare(other));
  if (names.length < members.length) names.push(t("you"));
  return names.map((name) => isolated(name, rtl)).join(t("comma"));
}
