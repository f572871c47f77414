/** In the composer's place: why one cannot write here, and what to do about it. */
import { useState } from "react";
import { Button, toast } from "@/design";
import { type Chat, client, isMember, mayPost, useChinwag } from "@/state";
import { nameOf, refusalText, useWords } from "@/words";
import type { Id } from "@/wire/types";
import styles from "./Notice.module.css";

export type Obstacle = "notMember" | "adminsOnly" | "blocked" | "gone";

/** What keeps one from writing; null: nothing. */
export function useObstacle(chat: Chat): Obstacle | null {
  return useChinwag((state) => {
    if (chat.kind === "direct" && chat.peer !== undefined) {
      if (state.users.get(chat.peer)?.gone === true) return "gone";
      if (state.account?.blocked?.includes(chat.peer)) return "blocked";
    }
    if (!isMember(chat)) return "notMember";
    return mayPost(state, chat) ? null : "adminsOnly";
  });
}

export function Notice({ chat, obstacle }: { readonly chat: Chat; readonly obstacle: Obstacle }) {
  const t = useWords("conversation");
  const name = useChinwag((state) => nameOf(state, chat.peer ?? ""));
  return (
    <div className={styles["notice"]} role="note">
      <p>{t(obstacle === "gone" ? "accountGone" : obstacle, { name })}</p>
      {obstacle === "blocked" && chat.peer !== undefined && (
        <Unblock user={chat.peer} name={name} />
      )}
    </div>
  );
}

function Unblock({ user, name }: { readonly user: Id; readonly name: string }) {
  const t = useWords("conversation");
  const [busy, setBusy] = useState(false);
  const unblock = async (): Promise<void> => {
    setBusy(true);
    try {
      await client.ask({ type: "block", user, blocked: false });
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
    }
    setBusy(false);
  };
  return (
    <Button size="small" busy={busy} onClick={() => void unblock()}>
      {t("unblock", { name })}
    </Button>
  );
}
