/** Recordings that are over and neither sent nor thrown away, by chat, while the page lives. */
import { now } from "@/state";
import type { Id } from "@/wire/types";
import type { Recorded } from "./recording";

/** Of one person: another may sit here later. */
let left = { user: "", recordings: new Map<Id, Recorded>() };

function own(): Map<Id, Recorded> {
  const { user } = now();
  if (left.user !== user) left = { user, recordings: new Map() };
  return left.recordings;
}

export function leave(chat: Id, recorded: Recorded): void {
  own().set(chat, recorded);
}

export function leftIn(chat: Id): Recorded | null {
  return own().get(chat) ?? null;
}

export function forget(chat: Id): void {
  own().delete(chat);
}
