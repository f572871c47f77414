/**
 * Where the timeline stands. It opens at the unread divider or the newest message, stays at the
 * bottom while it is there, goes where one jumps, and moves by itself for nothing else.
 */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import { sideOf } from "@/design";
import { client, type View } from "@/state";
import type { Id, Seq } from "@/wire/types";
import type { DateChipHandle } from "./DateChip";
import { isLong } from "./format/fold";
import { indexOf, type Item, seqOf, wordsOf } from "./items";
import type { Items } from "./useItems";

/** This near, in pixels, is at the bottom. */
const NEAR = 32;
/** Above the divider, so that one sees what was read last. */
const CONTEXT = 96;
/** So much of a message in pixels, or all of it, counts as seen. */
const GLIMPSE = 48;

export interface Scrolling {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<VirtualizerHandle | null>;
  readonly chip: RefObject<DateChipHandle | null>;
  /** The newest message is out of sight. */
  readonly away: boolean;
  /** What was jumped to last; `count` grows with each jump. */
  readonly lit: { readonly seq: Seq; readonly count: number };
  readonly onScroll: () => void;
  readonly onResize: () => void;
  readonly toNewest: () => void;
  /** What grows now grows downwards, at the end of the chat, too. */
  readonly stay: () => void;
  /** Scroll no further than it takes to have the item at `index` in sight. */
  readonly reveal: (index: number) => void;
}

export function useScrolling(chat: Id, view: View, { items, part, fresh }: Items): Scrolling {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const chip = useRef<DateChipHandle>(null);
  const [away, setAway] = useState(false);
  const [lit, setLit] = useState({ seq: 0, count: 0 });
  const place = useRef({ stuck: false, top: 0, part: 0, target: null as View["target"], seen: 0 });

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    place.current.stuck = true;
    element.scrollTop = element.scrollHeight;
  }, []);

  /** Look at what is on screen: tell what was read, and load what comes next. */
  const look = useCallback(() => {
    const [element, virtual] = [scroller.current, list.current];
    if (!element || !virtual || element.dataset["settled"] === undefined) return;
    // On a phone it may lie behind another column.
    if (!element.checkVisibility({ visibilityProperty: true })) return;
    // Rows take their measured height a frame after they say so.
    if (place.current.stuck && !atEnd(element)) toEnd();
    const end = atEnd(element);
    setAway(view.newer || !end);
    const seen = end && !view.newer ? (view.events.at(-1)?.seq ?? 0) : newestSeen(items, virtual);
    if (seen > place.current.seen) {
      place.current.seen = seen;
      client.seen(chat, seen);
    }
    if (view.loading !== null || view.stuck) return;
    const reach = 2 * element.clientHeight;
    if (view.older && element.scrollTop < reach) client.loadOlder(chat);
    else if (view.newer && beyond(element) < reach) client.loadNewer(chat);
  }, [chat, view, items, toEnd]);

  useLayoutEffect(() => {
    const [element, virtual, now] = [scroller.current, list.current, place.current];
    if (!element || !virtual || items.length === 0) return;
    const target = view.target !== now.target && within(view) ? view.target : null;
    if (target || now.part !== part) {
      now.target = view.target;
      now.part = part;
      now.seen = 0;
      now.stuck = false;
      const divider = items.findIndex((item) => item.kind === "unread");
      const end = !view.newer && target && target.seq >= (view.events.at(-1)?.seq ?? 0);
      const atDivider = divider >= 0 && (!target || target.seq === view.unread?.from);
      if (atDivider && !fits(element, virtual, divider)) {
        virtual.scrollToIndex(divider, { align: "start", offset: -CONTEXT });
      } else if (!target || end || atDivider) toEnd();
      else toMiddle(virtual, items, indexOf(items, target.seq));
      if (target?.highlight) setLit((it) => ({ seq: target.seq, count: it.count + 1 }));
      settle(element);
    } else if (now.stuck || writesAnew(items, fresh)) toEnd();
  }, [view, items, part, fresh, toEnd]);

  // At most once a frame, however often it scrolls and grows.
  const frame = useRef(0);
  const lookSoon = useCallback(() => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(look);
  }, [look]);
  useEffect(() => {
    lookSoon();
    return () => cancelAnimationFrame(frame.current);
  }, [lookSoon]);

  const onScroll = useCallback(() => {
    const [element, virtual, now] = [scroller.current, list.current, place.current];
    if (!element || !virtual || element.dataset["settled"] === undefined) return;
    const top = element.scrollTop;
    // What grows below is no scrolling up: only an upward move lets go of the bottom.
    if (atEnd(element)) now.stuck = true;
    else if (top < now.top) now.stuck = false;
    now.top = top;
    const first = items[virtual.findItemIndex(virtual.scrollOffset)];
    if (first && first.kind !== "unread" && !now.stuck) chip.current?.show(timeOf(first));
    lookSoon();
  }, [items, lookSoon]);

  const onResize = useCallback(() => {
    if (place.current.stuck) toEnd();
    lookSoon();
  }, [lookSoon, toEnd]);

  const toNewest = useCallback(() => {
    if (view.newer) client.jumpToNewest(chat);
    else toEnd();
  }, [chat, view.newer, toEnd]);

  const stay = useCallback(() => {
    place.current.stuck = false;
  }, []);

  const reveal = useCallback((index: number) => {
    const [element, virtual] = [scroller.current, list.current];
    const align = element && virtual && sideOf(element, virtual, index);
    if (!align) return;
    // What comes before the scrolling is told must not lead back to the bottom.
    if (align === "start") place.current.stuck = false;
    virtual.scrollToIndex(index, { align });
  }, []);

  return { scroller, list, chip, away, lit, onScroll, onResize, toNewest, stay, reveal };
}

/** Pixels between what is on screen and the end. */
function beyond(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}

function atEnd(element: HTMLElement): boolean {
  return beyond(element) < NEAR;
}

/** Whether the divider, something above it and all that is unread have room at the end. */
function fits(element: HTMLElement, virtual: VirtualizerHandle, divider: number): boolean {
  const unread = virtual.scrollSize - virtual.getItemOffset(divider);
  return unread + CONTEXT <= element.clientHeight;
}

/** What is long, and unfolds now, is read from its beginning. */
function toMiddle(virtual: VirtualizerHandle, items: readonly Item[], index: number): void {
  const item = items[index];
  const long = item?.kind === "message" && isLong(wordsOf(item)?.text ?? "");
  virtual.scrollToIndex(index, long ? { align: "start", offset: -CONTEXT } : { align: "center" });
}

/** Whether the place to stand at is loaded. */
function within({ target, events }: View): boolean {
  const [first, last] = [events[0], events.at(-1)];
  if (!target || !first || !last) return false;
  return first.seq <= target.seq && target.seq <= last.seq;
}

function writesAnew(items: readonly Item[], fresh: ReadonlySet<string>): boolean {
  const last = items.at(-1);
  return last?.kind === "message" && "pending" in last.said && fresh.has(last.key);
}

function timeOf(item: Exclude<Item, { kind: "unread" }>): number {
  return item.kind === "service" ? item.event.at : item.at;
}

function newestSeen(items: readonly Item[], virtual: VirtualizerHandle): number {
  const bottom = virtual.scrollOffset + virtual.viewportSize;
  for (let index = virtual.findItemIndex(bottom); index >= 0; index--) {
    const seq = seqOf(items[index]!);
    const shown = bottom - virtual.getItemOffset(index);
    if (seq > 0 && shown >= Math.min(GLIMPSE, virtual.getItemSize(index))) return seq;
  }
  return 0;
}

/** Rows are measured in the frame after the first: until then there is nothing to be seen. */
function settle(element: HTMLElement): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      element.dataset["settled"] = "";
      element.dispatchEvent(new Event("scroll"));
    }),
  );
}
