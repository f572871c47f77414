import { useMemo, useState } from "react";
import { Button, Panel, PanelHeader, toast } from "@/design";
import { client, newId, useMembers, type Chat } from "@/state";
import type { Placed, User } from "@/wire/types";
import { listing, refusalText, useWords, userName } from "@/words";
import styles from "./Groups.module.css";
import { Picker } from "./Picker";
import { Refused } from "./Refused";

export interface PartProps {
  readonly chat: Chat;
  readonly onBack: () => void;
}

/** More people for a group. */
export function AddMembers({ chat, onBack }: PartProps) {
  const t = useWords("groups");
  const [picked, setPicked] = useState<readonly User[]>([]);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [refused, setRefused] = useState<readonly User[]>([]);
  const { list } = useMembers(chat.id);
  const inside = useMemo(
    () => new Set(list?.filter((it) => !it.left).map((it) => it.user)),
    [list],
  );

  const tell = (placed: Placed) => {
    const waiting = picked.filter((it) => placed.pending?.includes(it.id));
    const left = picked.filter((it) => placed.refused?.includes(it.id));
    const names = listing(waiting.map(userName));
    if (waiting.length > 0) toast({ text: t("pendingText", { names }) });
    if (left.length > 0) setRefused(left);
    else onBack();
  };
  const add = async () => {
    setBusy(true);
    setProblem("");
    try {
      const users = picked.map((it) => it.id);
      tell(await client.ask({ type: "add_members", chat: chat.id, client_id: newId(), users }));
    } catch (error) {
      setProblem(refusalText(error));
    }
    setBusy(false);
  };

  if (refused.length > 0) return <Refused chat={chat.id} users={refused} onDone={onBack} />;
  return (
    <Panel
      label={t("add")}
      fixed
      header={<PanelHeader title={t("add")} onBack={onBack} />}
      footer={
        picked.length > 0 && (
          <div className={styles["footer"]}>
            {problem && (
              <p className={styles["problem"]} role="alert">
                {problem}
              </p>
            )}
            <Button variant="primary" wide busy={busy} onClick={() => void add()}>
              {t("addVerb", { count: picked.length })}
            </Button>
          </div>
        )
      }
    >
      <Picker picked={picked} onPick={setPicked} inside={inside} />
    </Panel>
  );
}
