/**
 * What stands in the timeline, from top to bottom: the log's events and what is on its way,
 * with days, the unread divider and runs of one sender made out.
 */
import { endOfDay } from "date-fns";
import type { Pending } from "@/state";
import { albums } from "./albums";
import type {
  Blank,
  Body,
  ChatEvent,
  Id,
  Invite,
  Message,
  Millis,
  Seq,
  SeqOrZero,
} from "@/wire/types";

/** A message in the log, or on its way there. */
export type Said = Sent | { readonly pending: Pending };
/** A message in the log. */
export interface Sent {
  readonly event: ChatEvent & { readonly body: Message | Invite | Blank };
}

export type Item = DayItem | UnreadItem | ServiceItem | MessageItem;

interface DayItem {
  readonly kind: "day";
  readonly key: string;
  readonly at: Millis;
}

interface UnreadItem {
  readonly kind: "unread";
  readonly key: string;
  readonly count: number;
}

export interface ServiceItem {
  readonly kind: "service";
  readonly key: string;
  readonly event: ChatEvent;
}

export interface MessageItem {
  readonly kind: "message";
  readonly key: string;
  readonly said: Said;
  readonly at: Millis;
  readonly sender: Id;
  readonly own: boolean;
  /** First and last of a run: the first has the sender's name, the last the tail. */
  readonly first: boolean;
  readonly last: boolean;
  /** Photos and videos that are shown together; then `said` is the newest of them. */
  readonly album?: readonly MessageItem[];
}

/** What `itemsOf` makes the list of. */
export interface Timeline {
  readonly events: readonly ChatEvent[];
  /** Of this chat, in order of writing; empty while the newest events are not in `events`. */
  readonly pending: readonly Pending[];
  readonly unread: { readonly from: Seq; readonly count: number } | null;
  /** There are events before these. */
  readonly older?: boolean;
  readonly me: Id;
  /** Whether an event that is no message has a line (for this reader). */
  readonly shows: (event: ChatEvent) => boolean;
}

/** Messages of one sender that are no further apart than this make a run. */
const RUN = 3 * 60_000;
/** With fewer items than this, none is held back. */
const FEW = 20;

export function itemsOf(timeline: Timeline): Item[] {
  const items: Item[] = [];
  let divider = timeline.unread;
  let dayEnd = -Infinity;
  const dayOf = (at: Millis): void => {
    // Clocks may step back: a day that was passed does not come again.
    if (at <= dayEnd) return;
    dayEnd = endOfDay(at).getTime();
    items.push({ kind: "day", key: `day ${dayEnd}`, at });
  };
  for (const event of timeline.events) {
    const said = isSaid(event);
    if (!said && !timeline.shows(event)) continue;
    dayOf(event.at);
    if (divider && event.seq >= divider.from && event.sender !== timeline.me) {
      items.push({ kind: "unread", key: "unread", count: divider.count });
      divider = null;
    }
    if (said) items.push(sent(event, timeline.me));
    else items.push({ kind: "service", key: `seq ${event.seq}`, event });
  }
  for (const pending of onTheWay(timeline)) {
    dayOf(pending.at);
    items.push(onItsWay(pending, timeline.me));
  }
  const made = runs(albums(items));
  return timeline.older ? decided(made) : made;
}

/**
 * Without the first item, while there is more above: how it looks is decided by what comes before
 * it, whether it goes on with a run or an album, and whether a day begins. On screen it would move
 * what stands below it once that is known.
 */
function decided(items: Item[]): Item[] {
  const first = items.findIndex((item) => item.kind !== "day");
  if (items.length < FEW || items[first]?.kind === "unread") return items;
  return items.slice(first + 1);
}

const SAID: ReadonlySet<string> = new Set<Body["kind"]>(["message", "invite", "blank"]);

function isSaid(event: ChatEvent): event is Sent["event"] {
  return SAID.has(event.body.kind);
}

/** Between the server's answer and the outbox's taking note, a message is in both: it is sent. */
function onTheWay({ events, pending }: Timeline): readonly Pending[] {
  if (pending.length === 0) return pending;
  const sent = new Set(events.map((event) => event.client_id));
  return pending.filter((it) => !sent.has(it.clientId));
}

function sent(event: Sent["event"], me: Id): MessageItem {
  const own = event.sender === me;
  // The key lasts from the outbox into the log, so that the bubble stays the same element.
  const key = own && event.client_id ? `own ${event.client_id}` : `seq ${event.seq}`;
  const run = { first: true, last: true };
  return { kind: "message", key, said: { event }, at: event.at, sender: event.sender, own, ...run };
}

function onItsWay(pending: Pending, me: Id): MessageItem {
  const key = `own ${pending.clientId}`;
  const run = { first: true, last: true };
  return { kind: "message", key, said: { pending }, at: pending.at, sender: me, own: true, ...run };
}

function runs(items: Item[]): Item[] {
  for (let index = 1; index < items.length; index++) {
    const before = items[index - 1]!;
    const item = items[index]!;
    if (before.kind !== "message" || item.kind !== "message") continue;
    if (before.sender !== item.sender || Math.abs(item.at - before.at) > RUN) continue;
    items[index - 1] = { ...before, last: false };
    items[index] = { ...item, first: false };
  }
  return items;
}

/** The message with what was written; of an album, with one of its parts. */
export function wordsOf(item: MessageItem): Message | null {
  for (const { said } of item.album ?? [item]) {
    const body = "event" in said ? said.event.body : said.pending.body;
    if (body.kind === "message" && body.text !== "") return body;
  }
  return null;
}

/** The seq of what is in the log, 0 of all else; the newest one of an album. */
export function seqOf(item: Item): SeqOrZero {
  if (item.kind === "service") return item.event.seq;
  if (item.kind !== "message") return 0;
  if (item.album) return Math.max(...item.album.map(seqOf));
  return "event" in item.said ? item.said.event.seq : 0;
}

/** Whether the event `seq` is shown by this item. */
export function holds(item: Item, seq: Seq): boolean {
  if (item.kind === "message" && item.album) return item.album.some((part) => holds(part, seq));
  return seq > 0 && seqOf(item) === seq;
}

/** Where the event `seq` stands, or the next one that is shown; -1: nowhere. */
export function indexOf(items: readonly Item[], seq: Seq): number {
  return items.findIndex((item) => seqOf(item) >= seq);
}
