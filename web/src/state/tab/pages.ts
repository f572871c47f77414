/** Pages of a chat's log: from the device where all of it is here, else from the server. */
import { LIMITS, type ChatEvent, type HistoryCommand, type Id, type Seq } from "@/wire/types";
import { clip, firstHole, previousVisible, nextVisible, type Stays } from "../chats/ranges";
import type { Lead } from "../engine/lead";
import type { Chat } from "../model";
import { count } from "./views";

const PAGE = LIMITS.HISTORY_PAGE_DEFAULT;
// Around a place: what lies above it is what one goes on to read.
const BELOW = 25;
const ABOVE = 150;

export type Where =
  { readonly before: Seq } | { readonly after: Seq } | { readonly around: Seq } | "newest";

/** Reads what the device holds. */
export type Reader = (chat: Id, first: Seq, last: Seq) => Promise<readonly ChatEvent[]>;

/** A page of the log, ascending and without a hole. Throws `Refusal`. */
export async function page(
  chat: Chat,
  where: Where,
  read: Reader,
  lead: Lead,
): Promise<readonly ChatEvent[]> {
  const [first, last] = stretch(chat, where);
  if (first > last) return [];
  if (firstHole(chat.held, chat.mine.stays, first - 1, last) === null) {
    const events = await read(chat.id, first, last);
    // Fewer than there should be: the device let some go.
    if (events.length === count(clip(chat.mine.stays, first, last))) return events;
  }
  return (await lead.page(command(chat.id, where))).events;
}

/** First and last seq of the page. */
function stretch(chat: Chat, where: Where): readonly [Seq, Seq] {
  const { stays } = chat.mine;
  if (where === "newest") return [down(stays, chat.last + 1, PAGE), chat.last];
  if ("before" in where) return [down(stays, where.before, PAGE), where.before - 1];
  if ("after" in where) return [where.after + 1, up(stays, where.after, PAGE, chat.last)];
  return [down(stays, where.around, BELOW), up(stays, where.around - 1, ABOVE, chat.last)];
}

/** The seq from which on `wanted` visible ones lie below `seq`. */
function down(stays: Stays, seq: Seq, wanted: number): Seq {
  let lowest = seq;
  for (let i = 0; i < wanted; i++) {
    const before = previousVisible(stays, lowest);
    if (!before) break;
    lowest = before;
  }
  return lowest;
}

/** The seq up to which `wanted` visible ones lie above `seq`. */
function up(stays: Stays, seq: Seq, wanted: number, last: Seq): Seq {
  let highest = seq;
  for (let i = 0; i < wanted; i++) {
    const next = nextVisible(stays, highest);
    if (!next || next > last) break;
    highest = next;
  }
  return highest;
}

function command(chat: Id, where: Where): HistoryCommand {
  const history = { type: "history", chat } as const;
  if (where === "newest") return { ...history, limit: PAGE };
  return { ...history, ...where, limit: "around" in where ? 2 * PAGE : PAGE };
}
