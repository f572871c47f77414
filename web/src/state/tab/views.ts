/** What loading, growing and jumping do to the view of a chat. Pure. */
import { COUNTED, type ChatEvent, type Id, type Seq, type SeqOrZero } from "@/wire/types";
import type { Chat, View } from "../model";
import { blanked } from "../chats/kept";
import { clip, firstHole, heldThrough, nextVisible } from "../chats/ranges";

/** Events of one view in memory; what lies beyond is dropped at the far end. */
export const VIEW_EVENTS = 1_000;
// A view whose chat went on further than this stays where it is: one jumps to the newest.
const FOLLOWS = 200;

export type Target = View["target"];

/** A view of which nothing is here yet. */
export function blank(chat: Id, unread: View["unread"] = null): View {
  return {
    chat,
    events: [],
    older: false,
    newer: false,
    loading: "around",
    stuck: false,
    unread,
    target: null,
  };
}

/** The view with these events instead of its own. */
export function landed(view: View, chat: Chat, events: readonly ChatEvent[], target: Target): View {
  const settled = { ...view, events, loading: null, stuck: false, target };
  return edged(settled, chat);
}

export function withOlder(view: View, chat: Chat, events: readonly ChatEvent[]): View {
  const first = view.events[0]?.seq ?? Infinity;
  const joined = [...events.filter((event) => event.seq < first), ...view.events];
  const kept = joined.slice(0, VIEW_EVENTS);
  return edged({ ...view, events: kept, loading: null, stuck: false }, chat);
}

export function withNewer(view: View, chat: Chat, events: readonly ChatEvent[]): View {
  const last = lastOf(view);
  const joined = [...view.events, ...events.filter((event) => event.seq > last)];
  return edged({ ...view, events: joined.slice(-VIEW_EVENTS), loading: null, stuck: false }, chat);
}

/**
 * A view at the end of its log, after the log grew. `lacks`: how far it could go if the events up
 * to there were read.
 */
export function grown(
  view: View,
  chat: Chat,
  fresh: readonly ChatEvent[],
): { readonly view: View; readonly lacks: SeqOrZero } {
  if (view.newer || view.loading === "around") return { view, lacks: 0 };
  const { stays } = chat.mine;
  const last = lastOf(view);
  const through = heldThrough(chat.held, stays, last || nextVisible(stays, 0) - 1);
  if (through <= last) return { view: behind(view, chat, last), lacks: 0 };
  const wanted = count(clip(stays, last + 1, through));
  const next = fresh
    .filter((event) => event.seq > last && event.seq <= through)
    .sort((a, b) => a.seq - b.seq);
  if (next.length < wanted) {
    return wanted > FOLLOWS
      ? { view: { ...view, newer: true }, lacks: 0 }
      : { view, lacks: through };
  }
  const events = [...view.events, ...next].slice(-VIEW_EVENTS);
  const older = view.older || events.length < view.events.length + next.length;
  return { view: behind({ ...view, events, older }, chat, through), lacks: 0 };
}

/** The message at `seq` was deleted for everyone. */
export function withBlank(view: View, seq: Seq): View {
  const place = view.events.findIndex((event) => event.seq === seq);
  if (place < 0) return view;
  return { ...view, events: view.events.with(place, blanked(view.events[place]!)) };
}

/** The first unread message and how many there are, judged by what is loaded around it. */
export function divider(chat: Chat, events: readonly ChatEvent[], me: Id): View["unread"] {
  const unread = Math.max(0, chat.count - (chat.mine.read_count ?? 0));
  const read = chat.mine.read ?? 0;
  if (!unread) return null;
  const first = events.find(
    (event) => event.seq > read && event.sender !== me && COUNTED.includes(event.body.kind),
  );
  return first ? { from: first.seq, count: unread } : null;
}

/** A view that nobody looks at keeps its end only. */
export function trimmed(view: View, keep: number): View {
  if (view.events.length <= keep) return view;
  return { ...view, events: view.events.slice(-keep), older: true, target: null, unread: null };
}

export function lastOf(view: View): SeqOrZero {
  return view.events[view.events.length - 1]?.seq ?? 0;
}

/** How many seqs the ranges hold. */
export function count(ranges: readonly (readonly [Seq, Seq])[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

function edged(view: View, chat: Chat): View {
  const first = view.events[0]?.seq;
  const { stays } = chat.mine;
  const older = first !== undefined && nextVisible(stays, 0) < first;
  const newer = firstHole([], stays, lastOf(view), chat.last) !== null;
  return { ...view, older, newer };
}

/** The log went on much further than what is here (after a long time away). */
function behind(view: View, chat: Chat, through: SeqOrZero): View {
  const far = count(clip(chat.mine.stays, through + 1, chat.last)) > FOLLOWS;
  return far ? { ...view, newer: true } : view;
}
