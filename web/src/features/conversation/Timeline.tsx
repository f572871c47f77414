/** The messages of a chat, of which only those on screen exist. */
import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type Ref,
} from "react";
import { type CustomContainerComponentProps, Virtualizer } from "virtua";
import { ContextMenu } from "@/design";
import { type Chat, client, subscribe, useChinwag, type View } from "@/state";
import { nameOf, useWords } from "@/words";
import type { Id, Seq } from "@/wire/types";
import { Bubble, type BubbleDoings } from "./Bubble";
import { DateChip } from "./DateChip";
import { Edge } from "./Edge";
import { holds, type Item, type MessageItem } from "./items";
import { JumpButton } from "./JumpButton";
import { DayLine, ServiceLine, UnreadLine } from "./Lines";
import { menuOf, type MenuDoings } from "./menu";
import { mayTryAgain } from "./tryAgain";
import { openMenu } from "./openMenu";
import { useItems } from "./useItems";
import { type Roving, useRoving } from "./useRoving";
import { type Scrolling, useScrolling } from "./useScrolling";
import { useSwipe } from "./useSwipe";
import styles from "./Timeline.module.css";

export interface TimelineHandle {
  /** Put the focus on the newest message. */
  readonly focusLast: () => void;
}

export interface TimelineProps {
  readonly chat: Chat;
  readonly view: View;
  readonly mayReply: boolean;
  readonly doings: MenuDoings;
  readonly onPerson: (user: Id) => void;
  readonly onView: (seq: Seq) => void;
  /** Back to writing. */
  readonly onLeave: () => void;
  readonly ref: Ref<TimelineHandle>;
}

export function Timeline(props: TimelineProps) {
  const { chat, view, mayReply, doings, onPerson, onView, onLeave, ref } = props;
  const { id } = chat;
  const made = useItems(chat, view);
  const { items, part, shift, fresh } = made;
  const { scroller, list, chip, lit, away, onScroll, onResize, toNewest, stay, reveal } =
    useScrolling(chat.id, view, made);
  const { whole, unfold } = useUnfolding(items, lit, stay);
  const { current, kept, onKeyDown, onFocus, focusLast, focusOn } = useRoving({
    items,
    scroller,
    reveal,
    onLeave,
  });
  const jump = useFollowing(id, items, lit, focusOn);
  const menu = useMessageMenu(items, chat.kind === "group", mayReply, doings);
  useSwipe(scroller, items, mayReply ? doings.reply : null);
  useSendingFromAfar(chat.id, view.newer);
  useImperativeHandle(ref, () => ({ focusLast: focusLast }), [focusLast]);

  const { reply } = doings;
  const [bubbles, setBubbles] = useState<BubbleDoings>(() => ({
    reply,
    jump,
    view: onView,
    person: onPerson,
    menu: openMenu,
    unfold,
  }));
  if (bubbles.reply !== reply || bubbles.person !== onPerson || bubbles.view !== onView) {
    setBubbles({ ...bubbles, reply, person: onPerson, view: onView });
  }

  const row = useCallback(
    (item: Item) => {
      switch (item.kind) {
        case "day":
          return <DayLine key={item.key} at={item.at} />;
        case "unread":
          return <UnreadLine key={item.key} count={item.count} />;
        case "service":
          return <ServiceLine key={item.key} chat={id} event={item.event} />;
        case "message":
          return (
            <Bubble
              key={item.key}
              chat={id}
              item={item}
              group={chat.kind === "group"}
              mayReply={mayReply}
              current={item.key === current}
              whole={whole.has(item.key)}
              fresh={fresh.has(item.key)}
              lit={holds(item, lit.seq) ? lit.count : 0}
              doings={bubbles}
            />
          );
      }
    },
    [id, chat.kind, mayReply, current, whole, fresh, lit, bubbles],
  );

  return (
    <div className={styles["frame"]}>
      <ContextMenu items={menu.items}>
        {/* Keys and pointers are those of the messages inside, which have the focus. */}
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div
          ref={scroller}
          className={styles["scroller"]}
          onScroll={onScroll}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
          onContextMenuCapture={menu.onAsk}
          onTouchStartCapture={menu.onTouch}
        >
          <div className={styles["spacer"]} />
          <Virtualizer
            key={part}
            ref={list}
            as={List}
            data={items}
            shift={shift}
            itemSize={56}
            bufferSize={600}
            keepMounted={kept}
            onResize={onResize}
          >
            {row}
          </Virtualizer>
        </div>
      </ContextMenu>
      <Edge chat={id} view={view} />
      <DateChip ref={chip} />
      <JumpButton chat={chat} shown={away} onJump={toNewest} />
    </div>
  );
}

/** The container of the rows, right inside of what scrolls. */
function List({ style, children, ref }: CustomContainerComponentProps) {
  const t = useWords("conversation");
  return (
    <div
      ref={ref as Ref<HTMLDivElement>}
      className={styles["list"]}
      // Rows hear the pointer while they are scrolled, too: else a click right after it is lost.
      style={{ ...style, pointerEvents: "auto" }}
      role="region"
      aria-label={t("messages")}
    >
      {children}
    </div>
  );
}

/** Long messages that one reads on in, or jumped to; they stay whole when they leave the screen. */
function useUnfolding(items: readonly Item[], lit: Scrolling["lit"], stay: Scrolling["stay"]) {
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set());
  const [jumped, setJumped] = useState(lit);
  if (jumped !== lit) {
    setJumped(lit);
    const item = items.find((it) => holds(it, lit.seq));
    if (item) setWhole(new Set(whole).add(item.key));
  }
  const unfold = useCallback(
    (element: Element): void => {
      const key = element.closest<HTMLElement>("[data-key]")?.dataset["key"];
      if (key === undefined) return;
      stay();
      // The button goes.
      element.closest<HTMLElement>("[data-stop]")?.focus({ preventScroll: true });
      setWhole((it) => new Set(it).add(key));
    },
    [stay],
  );
  return { whole, unfold };
}

/** What is written while one reads far above belongs to the end: go there. */
function useSendingFromAfar(chat: Id, far: boolean): void {
  useEffect(() => {
    if (!far) return;
    return subscribe(({ outbox }, before) => {
      const last = outbox.at(-1);
      if (last?.chat === chat && last !== before.outbox.at(-1)) client.jumpToNewest(chat);
    });
  }, [chat, far]);
}

/** To a message that another one quotes; the focus comes along, however far it was. */
function useFollowing(
  chat: Id,
  items: readonly Item[],
  lit: Scrolling["lit"],
  focusOn: Roving["focusOn"],
): (seq: Seq) => void {
  const followed = useRef(0);
  useLayoutEffect(() => {
    if (followed.current === 0 || followed.current !== lit.seq) return;
    const item = items.find((it) => holds(it, lit.seq));
    if (!item) return;
    followed.current = 0;
    return focusOn(item.key);
    // Only a jump moves the focus, not what comes and goes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [lit]);
  return useCallback(
    (seq: Seq) => {
      followed.current = seq;
      client.jump(chat, seq);
    },
    [chat],
  );
}

/** One menu for all messages: what is in it is decided when it is asked for. */
function useMessageMenu(
  items: readonly Item[],
  group: boolean,
  mayReply: boolean,
  doings: MenuDoings,
) {
  const t = useWords("conversation");
  const [item, setItem] = useState<MessageItem | null>(null);
  const name = useChinwag((state) => (item ? nameOf(state, item.sender) : ""));
  const again = useChinwag((state) => {
    if (!item?.own || !("event" in item.said)) return false;
    return mayTryAgain(state, item.said.event.chat, item.said.event.seq);
  });
  const find = (target: EventTarget): MessageItem | null => {
    if (!(target instanceof Element)) return null;
    const key = target.closest<HTMLElement>("[data-key]")?.dataset["key"];
    const found = items.find((it) => it.key === key);
    if (found?.kind !== "message") return null;
    const part = target.closest<HTMLElement>("[data-part]")?.dataset["part"];
    const item = found.album?.find((it) => it.key === part) ?? found;
    const gone = "event" in item.said && item.said.event.body.kind === "blank";
    return gone ? null : item;
  };
  return {
    items: item ? menuOf({ item, name, group, mayReply, mayTryAgain: again }, t, doings) : [],
    /** Addresses, and what is selected, keep the browser's own menu. */
    onAsk: (event: React.MouseEvent): void => {
      const found = find(event.target);
      const selected = event.nativeEvent.isTrusted && selects(event.currentTarget);
      const link = event.target instanceof Element && event.target.closest("a:not([data-file])");
      if (found && !selected && !link) setItem(found);
      else event.stopPropagation();
    },
    onTouch: (event: React.TouchEvent): void => {
      const found = find(event.target);
      if (found) setItem(found);
      else event.stopPropagation();
    },
  };
}

function selects(element: Element): boolean {
  const selection = document.getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(element, true);
}
