/** From chat to chat by the keyboard, in the order of the list. */
import { unread, type Chat } from "@/state";
import type { Id } from "@/wire/types";

/** The chat `step` rows away from the open one; from none, the first or the last. */
export function neighbour(rows: readonly Chat[], open: Id | undefined, step: 1 | -1): Id | null {
  const at = rows.findIndex(({ id }) => id === open);
  if (at < 0) return rows.at(step > 0 ? 0 : -1)?.id ?? null;
  return rows[at + step]?.id ?? null;
}

/** The next chat with something unread, below the open one and then from the top. */
export function nextUnread(rows: readonly Chat[], open: Id | undefined): Id | null {
  const at = rows.findIndex(({ id }) => id === open);
  const round = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0))];
  return round.find((chat) => unread(chat) > 0 || chat.mine.unread)?.id ?? null;
}
