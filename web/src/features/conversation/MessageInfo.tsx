/** Who received and read an own message, and when. */
import { CheckCheck, CircleAlert, Clock } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import {
  Avatar,
  Button,
  EmptyState,
  Panel,
  PanelHeader,
  Skeleton,
  TickIcon,
  useNow,
} from "@/design";
import { client, useChinwag } from "@/state";
import { moment, nameOf, refusalText, useWords } from "@/words";
import type { Id, Person, Seq } from "@/wire/types";
import { useSlow } from "./Edge";
import { type Group, grouped } from "./recipients";
import styles from "./MessageInfo.module.css";
import { useQuoted } from "./quoted";
import { RichText } from "./RichText";
import { Meta } from "./Meta";
import { tryAgain } from "./tryAgain";

export interface MessageInfoProps {
  readonly chat: Id;
  readonly seq: Seq;
  readonly onClose: () => void;
}

type Answer = { readonly people: readonly Person[] } | { readonly problem: string };

export function MessageInfo({ chat, seq, onClose }: MessageInfoProps) {
  const t = useWords("conversation");
  const [answer, ask] = useAnswer(chat, seq);
  const slow = useSlow(answer === null);
  return (
    <Panel label={t("info")} header={<PanelHeader title={t("info")} closes onBack={onClose} />}>
      <Preview chat={chat} seq={seq} />
      {answer === null && slow && <Waiting />}
      {answer && "problem" in answer && (
        <EmptyState
          title={t("infoProblem")}
          text={answer.problem}
          action={<Button onClick={ask}>{t("retry")}</Button>}
        />
      )}
      {answer && "people" in answer && (
        <Recipients people={answer.people} again={() => tryAgain(chat, seq)} />
      )}
    </Panel>
  );
}

function Waiting() {
  return (
    <div className={styles["waiting"]}>
      <Skeleton width="60%" />
      <Skeleton width="80%" />
      <Skeleton width="40%" />
    </div>
  );
}

/** The answer, asked for anew whenever the ticks or failures of the chat change. */
function useAnswer(chat: Id, seq: Seq): readonly [Answer | null, () => void] {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [round, setRound] = useState(0);
  const ticks = useChinwag((state) => state.chats.get(chat)?.ticks);
  const failures = useChinwag((state) => state.chats.get(chat)?.failures);
  const online = useChinwag((state) => state.link.status === "online");
  useEffect(() => {
    let gone = false;
    const take = (next: Answer): void => {
      if (gone) return;
      // What was shown stays when the connection goes.
      setAnswer((before) => ("problem" in next && before && "people" in before ? before : next));
    };
    client.ask({ type: "info", chat, seq }).then(take, (error: unknown) => {
      take({ problem: refusalText(error) });
    });
    return () => {
      gone = true;
    };
  }, [chat, seq, ticks, failures, online, round]);
  return [answer, () => setRound((it) => it + 1)];
}

function Preview({ chat, seq }: { readonly chat: Id; readonly seq: Seq }) {
  const event = useQuoted(chat, seq);
  if (event?.body.kind !== "message") return null;
  const said = { event: { ...event, body: event.body } };
  return (
    <div className={styles["preview"]}>
      <div className={styles["bubble"]}>
        <RichText body={event.body} end={<Meta said={said} at={event.at} own />} />
      </div>
    </div>
  );
}

const ICONS: Readonly<Record<Group, ReactNode>> = {
  read: <TickIcon tick="read" label="" />,
  delivered: <CheckCheck />,
  waiting: <Clock />,
  failed: <CircleAlert />,
};

const TITLES = {
  read: "readBy",
  delivered: "deliveredTo",
  waiting: "notYet",
  failed: "failedTo",
} as const satisfies Record<Group, string>;

function Recipients({
  people,
  again,
}: {
  readonly people: readonly Person[];
  readonly again: () => void;
}) {
  const t = useWords("conversation");
  return grouped(people).map(([group, members]) => (
    <section key={group} className={styles["group"]}>
      <h2 className={styles["heading"]} data-group={group}>
        <span className={styles["icon"]} aria-hidden>
          {ICONS[group]}
        </span>
        {t(TITLES[group], { count: members.length })}
      </h2>
      <ul>
        {members.map((person) => (
          <Recipient key={person.user} person={person} />
        ))}
      </ul>
      {group === "failed" && members.some((it) => it.failed !== "gone") && (
        <div className={styles["again"]}>
          <Button variant="plain" size="small" onClick={again}>
            {t("retry")}
          </Button>
        </div>
      )}
    </section>
  ));
}

function Recipient({ person }: { readonly person: Person }) {
  const t = useWords("conversation");
  const now = useNow(60_000);
  const name = useChinwag((state) => nameOf(state, person.user));
  const user = useChinwag((state) => state.users.get(person.user));
  const at = (time: number): string => moment(time, now);
  const lines: string[] = [];
  if (person.read_at) lines.push(t("readAt", { moment: at(person.read_at) }));
  if (person.delivered_at) lines.push(t("deliveredAt", { moment: at(person.delivered_at) }));
  if (person.failed) lines.push(t(person.failed, { name, count: person.attempts ?? 0 }));
  if (person.failed && person.failed_at) lines.push(at(person.failed_at));
  if (person.left) lines.push(t("leftSince"));
  return (
    <li className={styles["person"]}>
      <Avatar id={person.user} name={name} size={36} kind={user?.kind} picture={user?.avatar} />
      <div className={styles["words"]}>
        <span className={styles["name"]} dir="auto">
          {name}
        </span>
        {lines.map((line) => (
          <span key={line} className={styles["line"]}>
            {line}
          </span>
        ))}
      </div>
    </li>
  );
}
