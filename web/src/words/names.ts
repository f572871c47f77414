/** What people and chats are called, as this account sees them. */
import i18next from "i18next";
import type { Chat, State } from "@/state";
import type { Id, User } from "@/wire/types";
import { oneLine } from "./plain";

/** What naming needs of the state. */
export type People = Pick<State, "user" | "users">;

/** The person's name, on one line. */
export function userName(user: User): string {
  return oneLine(user.name) || (user.handle ? `@${user.handle}` : i18next.t("events:somebody"));
}

/** "You", a name, or "Somebody" whose profile is not known yet. */
export function called(state: People, user: Id): string {
  return user === state.user ? i18next.t("events:you") : nameOf(state, user);
}

/** A name, also for oneself. */
export function nameOf(state: People, user: Id): string {
  const known = state.users.get(user);
  return known ? userName(known) : i18next.t("events:somebody");
}

/** What one calls somebody: "Ada" of "Ada Okafor". */
export function firstName(name: string): string {
  return name.split(" ")[0] ?? name;
}

/** What a chat is called in a list and over a conversation. */
export function chatTitle(state: People, chat: Chat): string {
  switch (chat.kind) {
    case "group":
      return (chat.group && oneLine(chat.group.title)) || i18next.t("events:group");
    case "self":
      return i18next.t("events:notes");
    case "direct":
      return nameOf(state, chat.peer ?? "");
  }
}
