/** The items of an open chat, the same objects as long as nothing about them changes. */
import { useMemo, useState } from "react";
import { type Chat, useChinwag, useShallow, type View } from "@/state";
import { serviceLine } from "@/words/events";
import { type Item, itemsOf, type Said } from "./items";

const NOTHING: readonly Item[] = [];
const NOBODY = new Map<string, never>();

/** What became of the list between two renderings. */
export interface Items {
  readonly items: readonly Item[];
  /** Grows when none of the items before is among these: another part of the log. */
  readonly part: number;
  /** Items came (or went) at the beginning. */
  readonly shift: boolean;
  /** Keys of what was added at the end of a list that was there already. */
  readonly fresh: ReadonlySet<string>;
}

const AT_FIRST: Items = { items: NOTHING, part: 0, shift: false, fresh: new Set() };

export function useItems(chat: Chat, view: View | undefined): Items {
  const me = useChinwag((state) => state.user);
  const pending = useChinwag(
    useShallow((state) => state.outbox.filter((it) => it.chat === chat.id)),
  );
  const { id, kind } = chat;
  const { role, stays } = chat.mine;
  const made = useMemo(() => {
    if (!view) return NOTHING;
    // Whether there is a line depends on the kind of chat and one's role in it alone.
    const of = { id, kind, mine: { role, stays } } as Chat;
    return itemsOf({
      events: view.events,
      pending: view.newer ? [] : pending,
      unread: view.unread,
      me,
      shows: (event) => serviceLine({ user: me, users: NOBODY }, of, event) !== null,
    });
  }, [view, pending, me, id, kind, role, stays]);
  const [last, setLast] = useState({ made: NOTHING, items: AT_FIRST });
  if (last.made === made) return last.items;
  const items = follow(last.items, made);
  setLast({ made, items });
  return items;
}

/** What comes after `before`, if `made` is how it looks now. */
export function follow(before: Items, made: readonly Item[]): Items {
  const known = new Map(before.items.map((item) => [item.key, item]));
  let kept = 0;
  const items = made.map((item) => {
    const old = known.get(item.key);
    if (!old) return item;
    if (item.kind !== "day") kept++;
    return same(old, item) ? old : item;
  });
  if (kept === 0) return { items, part: before.part + 1, shift: false, fresh: AT_FIRST.fresh };
  const fresh = new Set<string>();
  for (let index = items.length - 1; index >= 0 && !known.has(items[index]!.key); index--) {
    fresh.add(items[index]!.key);
  }
  const start = (of: readonly Item[]): string => of.find((item) => item.kind !== "day")?.key ?? "";
  return { items, part: before.part, shift: start(before.items) !== start(items), fresh };
}

function same(one: Item, other: Item): boolean {
  if (one.kind === "day" && other.kind === "day") return one.at === other.at;
  if (one.kind === "unread" && other.kind === "unread") return one.count === other.count;
  if (one.kind === "service" && other.kind === "service") return one.event === other.event;
  if (one.kind !== "message" || other.kind !== "message") return false;
  const edges = one.first === other.first && one.last === other.last;
  return edges && one.at === other.at && content(one.said) === content(other.said);
}

function content(said: Said): unknown {
  return "event" in said ? said.event : said.pending;
}
