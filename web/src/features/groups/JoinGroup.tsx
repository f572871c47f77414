import { CloudOff, Link2Off } from "lucide-react";
import { useRef, useState } from "react";
import { arrive, Avatar, Button, EmptyState, Hero, Spinner } from "@/design";
import { client, newId, Refusal, useAsked } from "@/state";
import type { InvitePreview } from "@/wire/types";
import { oneLine, refusalText, useWords } from "@/words";
import styles from "./Groups.module.css";

export interface JoinGroupProps {
  readonly code: string;
}

/** Where an invitation leads: what the group is, and the way in. */
export function JoinGroup({ code }: JoinGroupProps) {
  const t = useWords("groups");
  const { answer: invite, error, retry } = useAsked({ type: "preview_invite", code });
  const [outcome, setOutcome] = useState<"asked" | "invalid" | null>(null);
  const invalid = outcome === "invalid" || isGone(error);
  return (
    <section className={styles["landing"]} aria-label={t("joinTitle")}>
      <div className={styles["card"]} aria-live="polite">
        {invalid ? (
          <EmptyState
            alone
            icon={<Link2Off />}
            title={t("invalidTitle")}
            text={t("invalidText")}
            action={<ToChats />}
          />
        ) : invite ? (
          <Invitation
            code={code}
            invite={invite}
            asked={outcome === "asked"}
            onOutcome={setOutcome}
          />
        ) : error === null ? (
          <div className={styles["waiting"]}>
            <Spinner label={t("loading")} />
          </div>
        ) : (
          <EmptyState
            alone
            icon={<CloudOff />}
            title={t("joinFailed")}
            text={refusalText(error)}
            action={<Button onClick={retry}>{t("retry")}</Button>}
          />
        )}
      </div>
    </section>
  );
}

// A code that is no code is `invalid` to the server.
const GONE: ReadonlySet<string> = new Set(["invite_invalid", "invalid", "not_found"]);

function isGone(error: unknown): boolean {
  return error instanceof Refusal && GONE.has(error.code);
}

function ToChats() {
  const t = useWords("groups");
  return <Button onClick={() => arrive("/")}>{t("toChats")}</Button>;
}

interface InvitationProps {
  readonly code: string;
  readonly invite: InvitePreview;
  readonly asked: boolean;
  readonly onOutcome: (outcome: "asked" | "invalid") => void;
}

function Invitation({ code, invite, asked, onOutcome }: InvitationProps) {
  const t = useWords("groups");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const id = useRef(newId());
  const title = oneLine(invite.title);
  const join = async () => {
    setBusy(true);
    setProblem("");
    try {
      const { chat, pending } = await client.ask({ type: "join", code, client_id: id.current });
      if (pending?.length) onOutcome("asked");
      else arrive(`/c/${chat}`);
    } catch (error) {
      if (isGone(error)) onOutcome("invalid");
      else setProblem(refusalText(error));
      setBusy(false);
    }
  };
  return (
    <>
      <Hero
        alone
        face={<Avatar id={invite.chat} name={title} kind="group" size={96} />}
        title={title}
        text={t("members", { count: invite.members ?? 0 })}
      />
      {invite.description && (
        <p className={styles["cardText"]} dir="auto">
          {invite.description}
        </p>
      )}
      <div className={styles["cardActions"]}>
        {asked ? (
          <>
            <p className={styles["text"]}>
              <strong>{t("asked")}</strong>
              <br />
              {t("askedText")}
            </p>
            <ToChats />
          </>
        ) : invite.joined ? (
          <>
            <p className={styles["text"]}>{t("joined")}</p>
            <Button variant="primary" onClick={() => arrive(`/c/${invite.chat}`)}>
              {t("open")}
            </Button>
          </>
        ) : (
          <>
            {invite.approval && <p className={styles["text"]}>{t("askText")}</p>}
            {problem && (
              <p className={styles["problem"]} role="alert">
                {problem}
              </p>
            )}
            <Button variant="primary" busy={busy} onClick={() => void join()}>
              {t(invite.approval ? "ask" : "join")}
            </Button>
            <ToChats />
          </>
        )}
      </div>
    </>
  );
}
