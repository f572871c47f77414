/**
 * One chat as this device keeps it, and what the server's words do to it. Pure.
 *
 * Two marks carry the rules. `tip`: group info, role and stays are those after this seq; a head
 * with `last` at or above it replaces them, events above it take effect one by one. `stored`: this
 * device has everything that it may see up to here; it alone is acknowledged. All other numbers
 * merge by maximum and settings by `version`, so that neither the order nor the repetition of what
 * the server says matters.
 */
import {
  COUNTED,
  type ChatEvent,
  type Failure,
  type Head,
  type Id,
  type Mine,
  type Page,
  type Seq,
  type SeqOrZero,
  type Ticks,
} from "@/wire/types";
import type { Chat } from "../model";
import { applied, moves } from "./membership";
import { clip, coverAll, firstHole, heldThrough, holds, visible, type Range } from "./ranges";

/** A chat with what only its keeper needs to know. */
export interface Kept extends Chat {
  readonly tip: SeqOrZero;
  readonly stored: SeqOrZero;
  /** Held events above `tip`, ascending: they have not taken effect yet. */
  readonly ahead: readonly ChatEvent[];
  /** All failures known, also those that ended: they outdate what comes late. */
  readonly failed: readonly Failure[];
}

/** What became of a chat: `fresh` events are to be stored. */
export interface Merged {
  readonly chat: Kept;
  readonly fresh: readonly ChatEvent[];
  /** Oneself came or went, or something came from outside one's stay: ask for the head. */
  readonly unclear: boolean;
}

/** A chat that is new to this device. `stored`: what it need not fetch. */
export function begun(head: Head, me: Id, stored: SeqOrZero): Merged {
  const blank: Kept = {
    id: head.chat,
    kind: head.kind,
    mine: head.mine,
    ticks: head.ticks,
    last: 0,
    count: 0,
    at: 0,
    failures: [],
    waiting: 0,
    held: [],
    tip: 0,
    stored,
    ahead: [],
    failed: [],
  };
  return withHead(blank, head, me);
}

/** A look at the chat as it stands. */
export function withHead(chat: Kept, head: Head, me: Id): Merged {
  let next = chat;
  if (head.last >= chat.tip) next = adopted(next, head);
  next = {
    ...next,
    last: Math.max(next.last, head.last),
    count: Math.max(next.count, head.count),
    mine: mergedMine(next.mine, head.mine),
    ticks: mergedTicks(next.ticks, head.ticks),
  };
  for (const failure of head.failures ?? []) next = withFailure(next, failure);
  return withEvents(pruned(next), head.events ?? [], me);
}

/** Entries of the log, in any order; those held already are dropped. */
export function withEvents(chat: Kept, events: readonly ChatEvent[], me: Id): Merged {
  const { stays } = chat.mine;
  const seen = new Set<Seq>();
  const fresh: ChatEvent[] = [];
  let unclear = false;
  for (const event of events) {
    if (seen.has(event.seq) || holds(chat.held, event.seq)) continue;
    seen.add(event.seq);
    const inside = visible(stays, event.seq);
    if (inside) fresh.push(event);
    if (event.seq > chat.tip && (!inside || moves(event, me))) unclear = true;
  }
  fresh.sort((a, b) => a.seq - b.seq);
  return { chat: settled(grown(chat, fresh), me), fresh, unclear };
}

/**
 * A part of the log that was asked for. All of [first, last] that may be seen and is not in the
 * page is nothing: it is kept as `void`, so that nobody asks for it again.
 */
export function withPage(chat: Kept, page: Page, first: Seq, last: Seq, me: Id): Merged {
  const given = new Map(page.events.map((event) => [event.seq, event]));
  const events = [...page.events];
  for (const [low, high] of clip(chat.mine.stays, first, last)) {
    for (let seq = low; seq <= high; seq++) {
      if (!given.has(seq)) events.push(nothing(chat.id, seq, given.get(seq - 1)));
    }
  }
  return withEvents(chat, events, me);
}

/**
 * Own marks and settings. Role and stays come with events and heads only: those are ordered by
 * seq, and a `Mine` says not to which seq it belongs.
 */
export function withMine(chat: Kept, mine: Mine): Kept {
  const merged = mergedMine(chat.mine, mine);
  return merged === chat.mine ? chat : { ...chat, mine: merged };
}

/** How far the others have come. */
export function withTicks(chat: Kept, ticks: Ticks): Kept {
  const merged = mergedTicks(chat.ticks, ticks);
  return merged === chat.ticks ? chat : pruned({ ...chat, ticks: merged });
}

/** Messages did not reach somebody, or did after all. */
export function withFailure(chat: Kept, failure: Failure): Kept {
  if (failure.last <= (chat.ticks.delivered ?? 0)) return chat;
  const same = (it: Failure) => it.user === failure.user && it.first === failure.first;
  const known = chat.failed.find(same);
  if (known && compare(known, failure) >= 0) return chat;
  const failed = [...chat.failed.filter((it) => !same(it)), failure].sort(byPlace);
  return { ...chat, failed, failures: failed.filter((it) => it.ended !== true) };
}

/** The message at `seq` was deleted for everyone: its line stays, and says so. */
export function withBlank(chat: Kept, seq: Seq): Kept {
  const { preview } = chat;
  return preview?.seq === seq ? { ...chat, preview: blanked(preview) } : chat;
}

/** What stands in the place of a deleted message. */
export function blanked(event: ChatEvent): ChatEvent {
  return COUNTED.includes(event.body.kind) ? { ...event, body: { kind: "blank" } } : event;
}

/** The person has read up to `seq`, an event with `count`: what is sure of the new marks. */
export function withRead(chat: Kept, seq: Seq, count: number): Kept {
  const read = Math.min(seq, chat.last);
  return withMine(chat, { chat: chat.id, version: 0, stays: [], read, read_count: count });
}

/** The first stretch between what is stored and the newest event that is not here. */
export function missing(chat: Kept): Range | null {
  return firstHole(chat.held, chat.mine.stays, chat.stored, chat.last);
}

// --- inside --------------------------------------------------------------------------------------

/** What is true after `head.last`. */
function adopted(chat: Kept, head: Head): Kept {
  const mine = { ...chat.mine, stays: head.mine.stays };
  const next: Kept = {
    ...chat,
    kind: head.kind,
    tip: head.last,
    ahead: chat.ahead.filter((event) => event.seq > head.last),
    mine: head.mine.role === undefined ? without(mine, "role") : { ...mine, role: head.mine.role },
  };
  return {
    ...without(next, "peer", "group"),
    ...(head.peer === undefined ? {} : { peer: head.peer }),
    ...(head.group === undefined ? {} : { group: head.group }),
  };
}

function grown(chat: Kept, fresh: readonly ChatEvent[]): Kept {
  const newest = fresh[fresh.length - 1];
  if (!newest) return chat;
  let { at, preview } = chat;
  for (const event of fresh) {
    if (!worthALine(event)) continue;
    at = Math.max(at, event.at);
    if (!preview || event.seq > preview.seq) preview = event;
  }
  const held = coverAll(
    chat.held,
    fresh.map((event) => event.seq),
  );
  const above = fresh.filter((event) => event.seq > chat.tip);
  const ahead = above.length ? [...chat.ahead, ...above].sort((a, b) => a.seq - b.seq) : chat.ahead;
  const grownChat = {
    ...chat,
    held,
    ahead,
    at,
    last: Math.max(chat.last, newest.seq),
    count: fresh.reduce((most, event) => Math.max(most, event.count), chat.count),
  };
  return preview ? { ...grownChat, preview } : grownChat;
}

/** Let what follows the tip take effect, and move `stored` as far as it goes. */
function settled(chat: Kept, me: Id): Kept {
  let next = chat;
  let event = next.ahead[0];
  while (event?.seq === next.tip + 1 && visible(next.mine.stays, event.seq)) {
    const { seq } = event;
    next = { ...applied(next, event, me), tip: seq, ahead: next.ahead.slice(1) };
    event = next.ahead[0];
  }
  const stored = heldThrough(next.held, next.mine.stays, next.stored);
  return stored === next.stored ? next : { ...next, stored };
}

/** Whether the event may stand in the list as the newest; who left is told to admins only. */
function worthALine({ body }: ChatEvent): boolean {
  return body.kind !== "void" && body.kind !== "left" && body.kind !== "deleted";
}

function pruned(chat: Kept): Kept {
  const delivered = chat.ticks.delivered ?? 0;
  const failed = chat.failed.filter((it) => it.last > delivered);
  if (failed.length === chat.failed.length) return chat;
  return { ...chat, failed, failures: failed.filter((it) => it.ended !== true) };
}

function nothing(chat: Id, seq: Seq, before: ChatEvent | undefined): ChatEvent {
  const { at = 0, count = 0 } = before ?? {};
  return { chat, seq, at, sender: "", count, body: { kind: "void" } };
}

/** Settings by version, marks by maximum; role and stays stay those of `old`. */
function mergedMine(old: Mine, given: Mine): Mine {
  const newer = given.version > old.version;
  const read = Math.max(old.read ?? 0, given.read ?? 0);
  const readCount = Math.max(old.read_count ?? 0, given.read_count ?? 0);
  const mentioned = Math.max(old.mentioned ?? 0, given.mentioned ?? 0);
  const same =
    read === (old.read ?? 0) &&
    readCount === (old.read_count ?? 0) &&
    mentioned === (old.mentioned ?? 0);
  if (!newer && same) return old;
  const { role, stays } = old;
  const base = newer ? without(given, "role") : old;
  const merged = { ...base, chat: old.chat, stays, read, read_count: readCount, mentioned };
  return role === undefined ? merged : { ...merged, role };
}

function mergedTicks(old: Ticks, given: Ticks): Ticks {
  const delivered = Math.max(old.delivered ?? 0, given.delivered ?? 0);
  const read = Math.max(old.read ?? 0, given.read ?? 0);
  const known = old.withheld ?? [];
  const added = (given.withheld ?? []).filter((seq) => !known.includes(seq));
  if (delivered === (old.delivered ?? 0) && read === (old.read ?? 0) && !added.length) return old;
  const withheld = added.length ? [...known, ...added].sort((a, b) => a - b) : known;
  return { chat: old.chat, delivered, read, withheld };
}

function byPlace(a: Failure, b: Failure): number {
  return a.first - b.first || (a.user < b.user ? -1 : 1);
}

/** Which of two tells the later state: above 0 if it is `a`. */
function compare(a: Failure, b: Failure): number {
  return a.at - b.at || Number(a.ended ?? false) - Number(b.ended ?? false) || a.last - b.last;
}

function without<T extends object>(value: T, ...names: (keyof T)[]): T {
  const copy = { ...value };
  // Optional fields only: what is gone reads as absent.
  for (const name of names) Reflect.deleteProperty(copy, name);
  return copy;
}
