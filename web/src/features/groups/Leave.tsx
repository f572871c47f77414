import { LogOut } from "lucide-react";
import { useState } from "react";
import { Confirm, ListRow, Section } from "@/design";
import { client, isAdmin, newId, useChinwag, type Chat } from "@/state";
import type { Member } from "@/wire/types";
import { chatTitle, nameOf, refusalText, useWords } from "@/words";
import styles from "./Groups.module.css";
import { heirOf } from "./members";

interface LeaveProps {
  readonly chat: Chat;
  readonly members: readonly Member[];
}

/** The way out, with what it means for the others. */
export function Leave({ chat, members }: LeaveProps) {
  const t = useWords("groups");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const title = useChinwag((state) => chatTitle(state, chat));
  const text = useConsequence(chat, members);
  const leave = async () => {
    setBusy(true);
    setProblem("");
    try {
      await client.ask({ type: "leave", chat: chat.id, client_id: newId() });
    } catch (error) {
      setProblem(refusalText(error));
    }
    setBusy(false);
    setAsking(false);
  };
  return (
    <div className={styles["rules"]}>
      <Section>
        <ListRow danger leading={<LogOut />} title={t("leave")} onSelect={() => setAsking(true)} />
        {problem && (
          <p className={styles["problem"]} role="alert">
            {problem}
          </p>
        )}
      </Section>
      <Confirm
        open={asking}
        danger
        busy={busy}
        title={t("leaveTitle", { title })}
        text={text}
        action={t("leaveVerb")}
        onConfirm={() => void leave()}
        onOpenChange={setAsking}
      />
    </div>
  );
}

function useConsequence(chat: Chat, members: readonly Member[]): string {
  const t = useWords("groups");
  const me = useChinwag((state) => state.user);
  const heir = heirOf(me, members);
  const name = useChinwag((state) => (heir === null ? "" : nameOf(state, heir)));
  const others = members.filter((it) => !it.left && it.user !== me);
  if (others.length === 0) return t("leaveLast");
  const alone = isAdmin(chat) && !others.some((it) => it.role === "admin");
  if (!alone) return t("leaveText");
  return heir === null ? t("leaveHeirs") : t("leaveHeir", { name });
}
