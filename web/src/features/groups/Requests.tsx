import { UserRoundCheck } from "lucide-react";
import { useState } from "react";
import {
  Avatar,
  Button,
  EmptyState,
  ListRow,
  Panel,
  PanelHeader,
  Spinner,
  toast,
  useNow,
} from "@/design";
import { client, newId, useAsked, useChinwag, type Chat } from "@/state";
import type { JoinRequest } from "@/wire/types";
import { moment, nameOf, refusalText, useWords } from "@/words";
import type { PartProps } from "./AddMembers";
import styles from "./Groups.module.css";

/** Who waits to be let in, oldest first. */
export function Requests({ chat, onBack }: PartProps) {
  const t = useWords("groups");
  const question = { type: "join_requests", chat: chat.id } as const;
  // Again whenever the server says that the number changed.
  const { answer, error, retry, put } = useAsked(question, chat.waiting);
  const requests = answer?.requests ?? (answer ? [] : null);
  const decided = (request: JoinRequest) => {
    put({ chat: chat.id, requests: (requests ?? []).filter((it) => it.user !== request.user) });
  };
  return (
    <Panel
      label={t("requestsTitle")}
      header={<PanelHeader title={t("requestsTitle")} onBack={onBack} />}
    >
      {error !== null && (
        <div className={styles["buttons"]} role="alert">
          <p className={styles["problem"]}>{refusalText(error)}</p>
          <Button onClick={retry}>{t("retry")}</Button>
        </div>
      )}
      {!requests && error === null && (
        <div className={styles["waiting"]}>
          <Spinner label={t("loading")} />
        </div>
      )}
      {requests?.length === 0 && (
        <EmptyState
          icon={<UserRoundCheck />}
          title={t("requestsNone")}
          text={t("requestsNoneText")}
        />
      )}
      <ul>
        {requests?.map((request) => (
          <li key={request.user} className={styles["request"]}>
            <Request chat={chat} request={request} onDecided={() => decided(request)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface RequestProps {
  readonly chat: Chat;
  readonly request: JoinRequest;
  readonly onDecided: () => void;
}

function Request({ chat, request, onDecided }: RequestProps) {
  const t = useWords("groups");
  const now = useNow();
  const [busy, setBusy] = useState<"accept" | "decline" | null>(null);
  const [problem, setProblem] = useState("");
  const user = useChinwag((state) => state.users.get(request.user));
  const name = useChinwag((state) => nameOf(state, request.user));
  const by = useChinwag((state) => (request.invited_by ? nameOf(state, request.invited_by) : ""));
  const at = moment(request.at, now);
  const decide = async (accept: boolean) => {
    setBusy(accept ? "accept" : "decline");
    setProblem("");
    try {
      const command = { type: "decide_request", chat: chat.id, user: request.user } as const;
      const { refused } = await client.ask({ ...command, client_id: newId(), accept });
      const outcome = refused?.length ? "noLonger" : accept ? "accepted" : "declined";
      toast({ text: t(outcome, { name }) });
      onDecided();
    } catch (error) {
      setProblem(refusalText(error));
      setBusy(null);
    }
  };
  return (
    <>
      <ListRow
        leading={
          <Avatar
            id={request.user}
            name={name}
            kind={user?.kind}
            picture={user?.avatar}
            size={44}
          />
        }
        title={name}
        subtitle={by ? t("proposedBy", { name: by, moment: at }) : t("askedAt", { moment: at })}
      />
      <div className={styles["decide"]}>
        <Button
          size="small"
          variant="primary"
          busy={busy === "accept"}
          aria-label={t("acceptName", { name })}
          onClick={() => void decide(true)}
        >
          {t("accept")}
        </Button>
        <Button
          size="small"
          busy={busy === "decline"}
          aria-label={t("declineName", { name })}
          onClick={() => void decide(false)}
        >
          {t("decline")}
        </Button>
      </div>
      {problem && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
