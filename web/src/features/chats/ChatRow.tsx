import { BellOff, ChevronDown, FileText, Image as ImageIcon, Mic, Pin, Video } from "lucide-react";
import { Link } from "wouter";
import { Avatar, Badge, classes, Highlight, TickIcon, useRowPlace } from "@/design";
import { useChinwag, useShallow, type Chat } from "@/state";
import type { FileKind, Id, Millis } from "@/wire/types";
import { kindWord, lit, listTime, useWords } from "@/words";
import styles from "./ChatRow.module.css";
import { rowOf, type Row } from "./row";

export interface ChatRowProps {
  readonly id: Id;
  readonly now: Millis;
  /** What was searched for, to be lit up. */
  readonly wanted: readonly string[];
  /** The member because of whom a search found it. */
  readonly via?: string | undefined;
  /** Its menu is open. */
  readonly menu: boolean;
  readonly onMenu: (chat: Id, button: Element) => void;
}

/** A chat in the list: who, what was said last, and what waits there. */
export function ChatRow({ id, ...props }: ChatRowProps) {
  const chat = useChinwag((state) => state.chats.get(id));
  return chat ? <Present chat={chat} {...props} /> : null;
}

function Present({
  chat,
  now,
  wanted,
  via,
  menu,
  onMenu,
}: Omit<ChatRowProps, "id"> & { readonly chat: Chat }) {
  const t = useWords("chats");
  const place = useRowPlace();
  const row = useChinwag(useShallow((state) => rowOf(state, chat, now)));
  const open = useChinwag((state) => state.open === chat.id);
  const waits = row.unread > 0 || row.marked;
  return (
    <div
      className={classes(styles["row"], waits && styles["waits"], row.muted && styles["muted"])}
      data-chat={chat.id}
      data-menu={menu || undefined}
    >
      <Link
        href={`/c/${chat.id}`}
        className={styles["link"]}
        aria-current={open ? "page" : undefined}
        draggable={false}
        {...place}
      >
        <Avatar
          id={row.colour}
          name={row.title}
          kind={row.face}
          picture={row.picture}
          online={row.online}
        />
        <span className={styles["words"]}>
          <span className={styles["line"]}>
            <span className={styles["title"]} dir="auto">
              {wanted.length ? (
                <Highlight text={row.title} ranges={lit(row.title, wanted)} />
              ) : (
                row.title
              )}
            </span>
            {row.at > 0 && row.saying !== "nothing" && (
              <time className={styles["time"]} dateTime={new Date(row.at).toISOString()}>
                {listTime(row.at, now)}
              </time>
            )}
          </span>
          <span className={classes(styles["line"], styles["second"])}>
            {via === undefined ? (
              <Second row={row} />
            ) : (
              <span className={styles["text"]} dir="auto">
                <Highlight text={via} ranges={lit(via, wanted)} />
              </span>
            )}
            <Marks row={row} />
          </span>
        </span>
      </Link>
      {/* No tooltip: hundreds of these come and go while one scrolls. */}
      <button
        type="button"
        className={styles["more"]}
        aria-label={t("options", { name: row.title })}
        aria-haspopup="menu"
        aria-expanded={menu}
        tabIndex={place?.tabIndex}
        onClick={(event) => onMenu(chat.id, event.currentTarget)}
      >
        <ChevronDown size={18} strokeWidth={1.75} aria-hidden />
      </button>
    </div>
  );
}

const TICKS = {
  clock: "tickClock",
  sent: "tickSent",
  delivered: "tickDelivered",
  read: "tickRead",
  failed: "tickFailed",
} as const;

function Second({ row }: { readonly row: Row }) {
  const t = useWords("chats");
  switch (row.saying) {
    case "typing":
    case "recording":
      return <span className={classes(styles["text"], styles["typing"])}>{typing(row, t)}</span>;
    case "nothing":
      return <span className={styles["text"]}>{t("nothingYet")}</span>;
    default:
      return (
        <>
          {row.saying === "draft" && <span className={styles["draft"]}>{t("draft")}</span>}
          {row.tick && (
            <span className={styles["tick"]} data-tick={row.tick}>
              <TickIcon tick={row.tick} label={t(TICKS[row.tick])} />
            </span>
          )}
          {row.who && (
            <span className={styles["who"]}>
              <bdi>{row.who}</bdi>:
            </span>
          )}
          {row.file && <FileMark kind={row.file} bare={row.bare} />}
          <span className={styles["text"]} dir="auto">
            {row.text}
          </span>
        </>
      );
  }
}

const MARKS = { photo: ImageIcon, video: Video, voice: Mic, document: FileText };

/** What goes with the words; where they do not say so themselves, it is said aloud. */
function FileMark({ kind, bare }: { readonly kind: FileKind; readonly bare: boolean }) {
  const Icon = MARKS[kind];
  return (
    <span className={styles["file"]}>
      <Icon strokeWidth={1.75} {...(bare ? {} : { role: "img", "aria-label": kindWord(kind) })} />
    </span>
  );
}

function typing(row: Row, t: ReturnType<typeof useWords<"chats">>): string {
  const recording = row.saying === "recording";
  if (row.typists > 1) return t(recording ? "recordingMany" : "typingMany", { count: row.typists });
  if (row.who) return t(recording ? "recordingOne" : "typingOne", { who: row.who });
  return t(recording ? "recording" : "typing");
}

function Marks({ row }: { readonly row: Row }) {
  const t = useWords("chats");
  const any = row.muted || row.pinned || row.marked || row.mentioned || row.unread > 0;
  if (!any) return null;
  return (
    <span className={styles["marks"]}>
      {row.muted && <BellOff strokeWidth={1.75} role="img" aria-label={t("muted")} />}
      {row.mentioned && <Badge kind="mention" label={t("mentioned")} />}
      {row.unread > 0 ? (
        <Badge
          kind={row.muted ? "muted" : "unread"}
          count={row.unread}
          label={t("unreadCount", { count: row.unread })}
        />
      ) : (
        row.marked && <Badge kind="dot" label={t("marked")} />
      )}
      {row.pinned && <Pin strokeWidth={1.75} role="img" aria-label={t("pinned")} />}
    </span>
  );
}
