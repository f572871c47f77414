/** What stands between the messages: days, the unread divider, what happened in the group. */
import { useState } from "react";
import { useNow } from "@/design";
import { useChinwag } from "@/state";
import { daySeparator, serviceLine, untilMidnight, useWords } from "@/words";
import type { ChatEvent, Id, Millis } from "@/wire/types";
import styles from "./Lines.module.css";

/** How a day is called, until the next one begins. */
export function useDay(at: Millis): string {
  useWords("time");
  const [wait] = useState(() => untilMidnight(Date.now()));
  const now = useNow(wait);
  return daySeparator(at, now);
}

export function DayLine({ at }: { readonly at: Millis }) {
  return (
    <p className={styles["day"]}>
      <span className={styles["chip"]}>{useDay(at)}</span>
    </p>
  );
}

export function UnreadLine({ count }: { readonly count: number }) {
  const t = useWords("conversation");
  return (
    <p className={styles["unread"]} role="separator" aria-label={t("unread", { count })}>
      <span aria-hidden>{t("unread", { count })}</span>
    </p>
  );
}

export function ServiceLine({ chat, event }: { readonly chat: Id; readonly event: ChatEvent }) {
  const text = useChinwag((state) => {
    const of = state.chats.get(chat);
    return of ? serviceLine(state, of, event) : null;
  });
  return (
    <p className={styles["service"]} dir="auto">
      {text}
    </p>
  );
}
