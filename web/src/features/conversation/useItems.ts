/** The items of an open chat: the same objects as long as nothing about them changes. */
import { serviceLine } from "@/words";
import { useLayoutEffect, useMemo, useState } from "react";
import { type Chat, useChinwag, useShallow, type View } from "@/state";
import { type Item, itemsOf, type Said } from "./items";

const NOTHING: readonly Item[] = [];
const NOBODY = new Map<string, never>();

/** What became of the list between two renderings. */
export interface Items {
  readonly items: readonly Item[];
  /** Grows when none of the items before is among these: another part of the log. */
  readonly part: number;
  /** Items came or went at the beginning. */
  readonly shift: boolean;
  /** Keys of what was added at the end of a list that was there already. */
  readonly fresh: ReadonlySet<string>;
  /**
   * A list that changes at both ends does so in two steps, for a virtual list follows only one at
   * a time: these are the items of the second.
   */
  readonly next: readonly Item[] | null;
}

const NONE_FRESH: ReadonlySet<string> = new Set();
const AT_FIRST: Items = { items: NOTHING, part: 0, shift: false, fresh: NONE_FRESH, next: null };

export function useItems(chat: Chat, view: View): Items {
  const me = useChinwag((state) => state.user);
  const pending = useChinwag(
    useShallow((state) => state.outbox.filter((it) => it.chat === chat.id)),
  );
  const { kind } = chat;
  const { role } = chat.mine;
  const { events, unread, older, newer } = view;
  const made = useMemo(() => {
    // Whether there is a line depends on the kind of chat and one's role in it alone.
    const of = { kind, mine: { role } } as Chat;
    return itemsOf({
      events,
      pending: newer ? [] : pending,
      unread,
      older,
      me,
      shows: (event) => serviceLine({ user: me, users: NOBODY }, of, event) !== null,
    });
  }, [events, unread, older, newer, pending, me, kind, role]);

  const [last, setLast] = useState({ made: NOTHING, now: AT_FIRST });
  let { now } = last;
  if (last.made !== made) {
    now = follow(now, made);
    setLast({ made, now });
  }
  useLayoutEffect(() => {
    // Both steps are one to the eye: the second follows before anything is painted.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    if (now.next) setLast({ made, now: follow(now, now.next) });
  }, [made, now]);
  return now;
}

/** What comes after `before`, if `made` is how it looks now. */
export function follow(before: Items, made: readonly Item[]): Items {
  const known = new Map(before.items.map((item) => [item.key, item]));
  const items = made.map((item) => {
    const old = known.get(item.key);
    return old && same(old, item) ? old : item;
  });
  const { part } = before;
  const first = items.findIndex((item) => isAnchor(item) && known.has(item.key));
  if (first < 0) return { items, part: part + 1, shift: false, fresh: NONE_FRESH, next: null };
  const shift = before.items.find(isAnchor)?.key !== items.find(isAnchor)?.key;
  const fresh = addedAtEnd(items, known);
  if (shift && before.items.at(-1)?.key !== items.at(-1)?.key) {
    // First the end, while the beginning stays as it was.
    const { key } = items[first]!;
    const head = before.items.slice(
      0,
      before.items.findIndex((item) => item.key === key),
    );
    const half = [...head, ...items.slice(first)];
    return { items: half, part, shift: false, fresh, next: items };
  }
  return { items, part, shift, fresh, next: null };
}

/** Belongs to one event: days and the divider come and go with what follows them. */
function isAnchor(item: Item): boolean {
  return item.kind === "message" || item.kind === "service";
}

function addedAtEnd(items: readonly Item[], known: ReadonlyMap<string, Item>): Set<string> {
  const added = new Set<string>();
  for (let index = items.length - 1; index >= 0 && !known.has(items[index]!.key); index--) {
    added.add(items[index]!.key);
  }
  return added;
}

function same(one: Item, other: Item): boolean {
  if (one.kind === "day" && other.kind === "day") return one.at === other.at;
  if (one.kind === "unread" && other.kind === "unread") return one.count === other.count;
  if (one.kind === "service" && other.kind === "service") return one.event === other.event;
  if (one.kind !== "message" || other.kind !== "message") return false;
  const [parts, others] = [one.album ?? [], other.album ?? []];
  if (parts.length !== others.length) return false;
  if (!parts.every((part, index) => same(part, others[index]!))) return false;
  const edges = one.first === other.first && one.last === other.last;
  return edges && one.at === other.at && content(one.said) === content(other.said);
}

function content(said: Said): unknown {
  return "event" in said ? said.event : said.pending;
}
