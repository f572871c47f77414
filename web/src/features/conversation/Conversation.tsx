/** A chat: who it is with, what was said, and where one writes. */
import {
  type ComponentType,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useLocation } from "wouter";
import { EmptyState, Spinner, toast } from "@/design";
import { type Chat, client, useChinwag, useMembersNow } from "@/state";
import { refusalText, useWords } from "@/words";
import type { ChatEvent, Id, Seq, User } from "@/wire/types";
import styles from "./Conversation.module.css";
import { useAnnouncing } from "./announcing";
import { Edge, useSlow } from "./Edge";
import { Header } from "./Header";
import type { MessageItem } from "./items";
import type { MenuDoings } from "./menu";
import { Notice, useObstacle } from "./Notice";
import { Quote } from "./Quote";
import { Remove } from "./Remove";
import { seqOf } from "./items";
import { Timeline, type TimelineHandle } from "./Timeline";
import { useDrop } from "./useDrop";

/** What the conversation asks of the composer in its slot. */
export interface ComposerHandle {
  readonly focus: () => void;
  /** Answer this message. */
  readonly reply: (seq: Seq) => void;
}

/** What the composer in the slot is given. */
export interface ComposerSlot {
  readonly chat: Id;
  readonly members: readonly User[];
  /** How an answered message looks. */
  readonly quote: (seq: Seq) => ReactNode;
  readonly onFiles: (files: readonly File[], asDocuments?: boolean) => void;
  /** Up, out of an empty composer. */
  readonly onUp: () => void;
  readonly ref: Ref<ComposerHandle>;
}

export interface ConversationProps {
  readonly chat: Id;
  /** Where to open: a seq. */
  readonly at?: Seq | undefined;
  readonly composer: ComponentType<ComposerSlot>;
  /** What becomes of files that are chosen, dropped or pasted. */
  readonly onFiles: (chat: Id, files: readonly File[], asDocuments?: boolean) => void;
  readonly onBack: () => void;
  readonly onDetails: () => void;
  /** Show who received and read the message. */
  readonly onInfo: (seq: Seq) => void;
  /** Look at the photo or video of the message. */
  readonly onView: (seq: Seq) => void;
  /** Send the message's file on to others. */
  readonly onForward: (event: ChatEvent) => void;
}

export function Conversation(props: ConversationProps) {
  const { chat: id, at } = props;
  const t = useWords("conversation");
  const chat = useChinwag((state) => state.chats.get(id));
  const caughtUp = useChinwag((state) => state.caughtUp);
  useEffect(() => {
    client.open(id, at);
    return () => client.open(null);
  }, [id, at]);
  if (chat) return <Open key={id} {...props} of={chat} />;
  return (
    <section className={styles["conversation"]}>
      <div className={styles["place"]}>
        {caughtUp ? (
          <EmptyState alone title={t("noChat")} text={t("noChatText")} />
        ) : (
          <Spinner label={t("loading")} />
        )}
      </div>
    </section>
  );
}

interface OpenProps extends ConversationProps {
  readonly of: Chat;
}

function Open(props: OpenProps) {
  const { of: chat, composer: Composer, onFiles, onBack, onDetails } = props;
  const { onInfo, onView, onForward } = props;
  const t = useWords("conversation");
  const { id } = chat;
  const view = useChinwag((state) => state.views.get(id));
  const members = useMembersNow(chat);
  const obstacle = useObstacle(chat);
  const composer = useRef<ComposerHandle>(null);
  const timeline = useRef<TimelineHandle>(null);
  const [removing, setRemoving] = useState<ChatEvent | null>(null);
  const [, go] = useLocation();
  useAnnouncing(chat, view);

  const takeFiles = useCallback(
    (files: readonly File[], asDocuments?: boolean) => onFiles(id, files, asDocuments),
    [id, onFiles],
  );
  const dropped = (files: readonly File[], folders: number): void => {
    if (folders > 0) toast({ text: t("noFolders") });
    if (files.length > 0) takeFiles(files);
  };
  const drop = useDrop(obstacle === null ? dropped : null);
  const toPerson = useCallback(
    (user: Id, text = "") => {
      openDirect(user, text).then(
        (direct) => go(`/c/${direct}`),
        (error: unknown) => toast({ text: refusalText(error), urgent: true }),
      );
    },
    [go],
  );
  const doings = useMemo<MenuDoings>(
    () => ({
      // After a menu has given the focus back to where it was.
      reply: (item: MessageItem) => {
        requestAnimationFrame(() => composer.current?.reply(seqOf(item)));
      },
      info: onInfo,
      forward: onForward,
      remove: setRemoving,
      writeTo: (item, quoting) => toPerson(item.sender, quoting ? quoted(item) : ""),
    }),
    [onInfo, onForward, toPerson],
  );
  const quote = useCallback((seq: Seq) => <Quote chat={id} seq={seq} />, [id]);
  const toComposer = useCallback(() => composer.current?.focus(), []);
  const toTimeline = useCallback(() => timeline.current?.focusLast(), []);

  return (
    <section className={styles["conversation"]} {...drop.handlers}>
      <Header chat={chat} members={members} onBack={onBack} onDetails={onDetails} />
      {view && view.events.length > 0 ? (
        <Timeline
          ref={timeline}
          chat={chat}
          view={view}
          mayReply={obstacle === null}
          doings={doings}
          onPerson={toPerson}
          onView={onView}
          onLeave={toComposer}
        />
      ) : (
        <Blank chat={chat} />
      )}
      {obstacle ? (
        <Notice chat={chat} obstacle={obstacle} />
      ) : (
        <Composer
          ref={composer}
          chat={id}
          members={members}
          quote={quote}
          onFiles={takeFiles}
          onUp={toTimeline}
        />
      )}
      {removing && <Remove event={removing} onClose={() => setRemoving(null)} />}
      {drop.over && <div className={styles["drop"]}>{t("dropHere")}</div>}
    </section>
  );
}

/** Nothing to see: not yet, or not at all. */
function Blank({ chat }: { readonly chat: Chat }) {
  const t = useWords("conversation");
  const view = useChinwag((state) => state.views.get(chat.id));
  const slow = useSlow(!view || view.loading !== null);
  return (
    <div className={styles["place"]}>
      {view && <Edge chat={chat.id} view={view} />}
      {view && view.loading === null && !view.stuck ? (
        <EmptyState
          title={t("empty")}
          text={chat.kind === "self" ? t("emptySelf") : t("emptyText")}
        />
      ) : (
        slow && !view?.stuck && <Spinner label={t("loading")} />
      )}
    </div>
  );
}

async function openDirect(user: Id, text: string): Promise<Id> {
  const { chat } = await client.ask({ type: "open_direct", user });
  if (text !== "") client.draft(chat, { text, at: Date.now() });
  return chat;
}

/** The message as a quotation, to be answered elsewhere. */
function quoted({ said }: MessageItem): string {
  const body = "event" in said ? said.event.body : said.pending.body;
  if (body.kind !== "message") return "";
  return `${body.text.replace(/^/gm, "> ")}\n`;
}
