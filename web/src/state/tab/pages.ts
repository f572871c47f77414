/** Pages of a chat's log: from the device where all of it is here, else from the server. */
import { LIMITS, type ChatEvent, type HistoryCommand, type Id, type Seq } from "@/wire/types";
import {
  clip,
  heldFrom,
  heldThrough,
  nextVisible,
  previousVisible,
  type Range,
  type Stays,
} from "../chats/ranges";
import type { Lead } from "../engine/lead";
import type { Chat } from "../model";
import { count } from "./views";

const PAGE = LIMITS.HISTORY_PAGE_DEFAULT;
// Around a place: what lies above it is what one goes on to read.
const BELOW = 25;
const ABOVE = 150;
// So much of a page is shown at once rather than to wait for all of it.
const ENOUGH = 20;

export type Where =
  { readonly before: Seq } | { readonly after: Seq } | { readonly around: Seq } | "newest";

/** Reads what the device holds. */
export type Reader = (chat: Id, first: Seq, last: Seq) => Promise<readonly ChatEvent[]>;

/**
 * A page of the log, ascending and without a hole. Shorter where the device has enough of it, or
 * the server cannot be asked. Throws `Refusal` where there is nothing to show.
 */
export async function page(
  chat: Chat,
  where: Where,
  read: Reader,
  lead: Lead,
): Promise<readonly ChatEvent[]> {
  const wanted = stretch(chat, where);
  if (wanted[0] > wanted[1]) return [];
  const here = held(chat, where, wanted);
  const events = here ? await local(chat, here, read) : [];
  // A place is shown with what comes before it.
  const placed = typeof where === "string" || !("around" in where) || here?.[0] === wanted[0];
  if (placed && events.length >= Math.min(ENOUGH, size(chat, wanted))) return events;
  try {
    return (await lead.page(command(chat.id, where))).events;
  } catch (error) {
    if (events.length) return events;
    throw error;
  }
}

/** What the device has of [first, last]; nothing if it let some go meanwhile. */
async function local(
  chat: Chat,
  [first, last]: Range,
  read: Reader,
): Promise<readonly ChatEvent[]> {
  const events = await read(chat.id, first, last);
  return events.length === size(chat, [first, last]) ? events : [];
}

/** The part of the page that is held without a hole, and touches the place it is wanted at. */
function held(chat: Chat, where: Where, [first, last]: Range): Range | null {
  const { stays } = chat.mine;
  const from = (seq: Seq) => Math.max(first, heldFrom(chat.held, stays, seq));
  const through = (seq: Seq) => Math.min(last, heldThrough(chat.held, stays, seq));
  let part: Range;
  if (where === "newest" || "before" in where) part = [from(last + 1), last];
  else if ("after" in where) part = [first, through(first - 1)];
  else part = [from(where.around + 1), through(where.around - 1)];
  return part[0] <= part[1] ? part : null;
}

function size(chat: Chat, [first, last]: Range): number {
  return count(clip(chat.mine.stays, first, last));
}

/** First and last seq of the page. */
function stretch(chat: Chat, where: Where): Range {
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
