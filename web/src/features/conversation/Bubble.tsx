/** A message: whose it is, what it answers, what it says, when, and what became of it. */
import { Ban, CornerUpLeft, EllipsisVertical } from "lucide-react";
import { memo, type ReactNode } from "react";
import { Avatar, classes, senderColour } from "@/design";
import { useChinwag } from "@/state";
import { nameOf, useWords } from "@/words";
import type { Id, Seq } from "@/wire/types";
import styles from "./Bubble.module.css";
import { Fate } from "./Fate";
import { Attachment } from "./files/Attachment";
import { shownFile } from "./files/shown";
import { onlyEmoji } from "./format/emoji";
import { InviteCard } from "./InviteCard";
import type { MessageItem } from "./items";
import { Meta } from "./Meta";
import { Quote } from "./Quote";
import { RichText } from "./RichText";

/** What a message can ask of the screen around it. The same value for ever. */
export interface BubbleDoings {
  readonly reply: (item: MessageItem) => void;
  readonly jump: (seq: Seq) => void;
  /** Look at the photo or video of that message. */
  readonly view: (seq: Seq) => void;
  readonly person: (user: Id) => void;
  /** Open the menu of the message that holds the element. */
  readonly menu: (element: Element) => void;
  /** Show all of the long message that holds the element. */
  readonly unfold: (element: Element) => void;
}

export interface BubbleProps {
  readonly chat: Id;
  readonly item: MessageItem;
  /** Senders have names and pictures. */
  readonly group: boolean;
  readonly mayReply: boolean;
  /** The one message that Tab leads to. */
  readonly current: boolean;
  /** However long it is, all of it is shown. */
  readonly whole: boolean;
  /** It has just come, and rises in. */
  readonly fresh: boolean;
  /** Somebody jumped here; the number grows with each jump. */
  readonly lit: number;
  readonly doings: BubbleDoings;
}

export const Bubble = memo(function Bubble(props: BubbleProps) {
  const { chat, item, group, current, whole, fresh, lit, doings } = props;
  const { own, first, last, said } = item;
  const theirs = group && !own;
  const body = "event" in said ? said.event.body : said.pending.body;
  const file = shownFile(said);
  const plain = body.kind === "message" && body.reply_to === undefined && !file;
  const emoji = plain ? onlyEmoji(body.text) : 0;
  const meta = <Meta said={said} at={item.at} own={own} />;
  const folded = whole ? undefined : { stop: current, onMore: doings.unfold };
  return (
    <div
      data-key={item.key}
      className={classes(
        styles["row"],
        own ? styles["own"] : styles["other"],
        first && styles["first"],
        theirs && styles["named"],
        fresh && styles["fresh"],
        lit > 0 && styles[lit % 2 ? "lit" : "litAgain"],
      )}
    >
      {theirs && last && <Face user={item.sender} onOpen={doings.menu} />}
      <div className={styles["column"]}>
        <div
          className={classes(
            styles["bubble"],
            last && styles["tail"],
            emoji > 0 && styles["bare"],
            body.kind === "invite" && styles["card"],
            (file?.kind === "photo" || file?.kind === "video") && styles["media"],
          )}
          data-stop
          role="article"
          // Messages have menus: the one that the arrow keys came to has the focus.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={current ? 0 : -1}
          aria-label={useLabel(item, group)}
        >
          {theirs && first && <Sender user={item.sender} onOpen={doings.menu} />}
          {body.kind === "message" && body.reply_to !== undefined && (
            <Quote chat={chat} seq={body.reply_to} stop={current} onJump={doings.jump} />
          )}
          {body.kind === "blank" ? (
            <Gone own={own} end={meta} />
          ) : body.kind === "invite" ? (
            <InviteCard invite={body} own={own} end={meta} />
          ) : file ? (
            <Attachment
              chat={chat}
              item={item}
              file={file}
              stop={current}
              end={meta}
              folded={folded}
              onMention={doings.person}
              onView={doings.view}
            />
          ) : emoji > 0 ? (
            <div className={classes(styles["emoji"], styles[`emoji${emoji}`])}>
              <span>{body.text.trim()}</span>
              {meta}
            </div>
          ) : (
            <RichText body={body} end={meta} folded={folded} onMention={doings.person} />
          )}
          {body.kind !== "blank" && <Tools item={item} mayReply={props.mayReply} doings={doings} />}
        </div>
        {own &&
          (item.album ?? [item]).map((it) => <Fate key={it.key} chat={chat} said={it.said} />)}
      </div>
    </div>
  );
});

/** Its sender deleted it for everyone. */
function Gone({ own, end }: { readonly own: boolean; readonly end: ReactNode }) {
  const t = useWords("conversation");
  return (
    <p className={styles["gone"]}>
      <Ban aria-hidden />
      <i>{t(own ? "deletedOwn" : "deleted")}</i>
      {end}
    </p>
  );
}

/** What a screen reader says first: who. The text follows from the content. */
function useLabel(item: MessageItem, group: boolean): string {
  const t = useWords("conversation");
  const name = useChinwag((state) => nameOf(state, item.sender));
  if (item.own) return t("ownMessage");
  return group ? t("messageOf", { name }) : t("message");
}

interface PersonProps {
  readonly user: Id;
  readonly onOpen: (element: Element) => void;
}

function Sender({ user, onOpen }: PersonProps) {
  const name = useChinwag((state) => nameOf(state, user));
  return (
    <button
      type="button"
      className={styles["sender"]}
      style={{ color: senderColour(user) }}
      tabIndex={-1}
      onClick={(event) => onOpen(event.currentTarget)}
      dir="auto"
    >
      {name}
    </button>
  );
}

function Face({ user, onOpen }: PersonProps) {
  const known = useChinwag((state) => state.users.get(user));
  const name = useChinwag((state) => nameOf(state, user));
  return (
    <button
      type="button"
      className={styles["face"]}
      aria-hidden
      tabIndex={-1}
      onClick={(event) => onOpen(event.currentTarget)}
    >
      <Avatar id={user} name={name} size={30} kind={known?.kind} picture={known?.avatar} />
    </button>
  );
}

interface ToolsProps {
  readonly item: MessageItem;
  readonly mayReply: boolean;
  readonly doings: BubbleDoings;
}

/** For a mouse; the keyboard has the menu, and a finger swipes or presses long. */
function Tools({ item, mayReply, doings }: ToolsProps) {
  const t = useWords("conversation");
  return (
    <div className={styles["tools"]} data-tools>
      {mayReply && "event" in item.said && (
        <button
          type="button"
          className={styles["tool"]}
          tabIndex={-1}
          aria-label={t("reply")}
          title={t("reply")}
          onClick={() => doings.reply(item)}
        >
          <CornerUpLeft className={styles["turns"]} />
        </button>
      )}
      <button
        type="button"
        className={styles["tool"]}
        tabIndex={-1}
        aria-label={t("more")}
        title={t("more")}
        aria-haspopup="menu"
        onClick={(event) => doings.menu(event.currentTarget)}
      >
        <EllipsisVertical />
      </button>
    </div>
  );
}
