import { Check } from "lucide-react";
import { useState } from "react";
import { Avatar, Button, ListRow, Panel, PanelHeader } from "@/design";
import { client, newId } from "@/state";
import type { Id, User } from "@/wire/types";
import { refusalText, useWords, userName } from "@/words";
import styles from "./Groups.module.css";

export interface RefusedProps {
  readonly chat: Id;
  readonly users: readonly User[];
  readonly onDone: () => void;
}

/** Those who choose their groups themselves: each can be sent an invitation. */
export function Refused({ chat, users, onDone }: RefusedProps) {
  const t = useWords("groups");
  const [sent, setSent] = useState<ReadonlySet<Id>>(new Set());
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const left = users.filter((it) => !sent.has(it.id));
  const send = async () => {
    setBusy(true);
    setProblem("");
    try {
      for (const user of left) {
        const command = { type: "invite_privately", chat, user: user.id } as const;
        await client.ask({ ...command, client_id: newId() });
        setSent((before) => new Set([...before, user.id]));
      }
    } catch (error) {
      setProblem(refusalText(error));
    }
    setBusy(false);
  };
  return (
    <Panel
      label={t("refusedTitle")}
      header={<PanelHeader title={t("refusedTitle")} closes onBack={onDone} />}
      footer={
        <div className={styles["footer"]}>
          {problem && (
            <p className={styles["problem"]} role="alert">
              {problem}
            </p>
          )}
          {left.length > 0 ? (
            <Button variant="primary" wide busy={busy} onClick={() => void send()}>
              {t("refusedAll", { count: left.length })}
            </Button>
          ) : (
            <Button variant="primary" wide onClick={onDone}>
              {t("done")}
            </Button>
          )}
        </div>
      }
    >
      <p className={styles["text"]}>{t("refusedText")}</p>
      <ul>
        {users.map((user) => (
          <li key={user.id}>
            <ListRow
              leading={
                <Avatar
                  id={user.id}
                  name={userName(user)}
                  kind={user.kind}
                  picture={user.avatar}
                  size={44}
                />
              }
              title={userName(user)}
              subtitle={sent.has(user.id) ? t("refusedSent") : `@${user.handle}`}
              trailing={sent.has(user.id) ? <Check size={18} aria-hidden /> : null}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
