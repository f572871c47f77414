import { useId } from "react";
import { useChinwag } from "@/state";
import { useWords } from "@/words";
import styles from "./ChatList.module.css";
import { waits, type Filter } from "./items";
import { show, useShown } from "./shown";

const FILTERS: readonly Filter[] = ["all", "unread", "groups"];

/** Which chats to show: one of three, by arrow keys too. */
export function Filters() {
  const t = useWords("chats");
  const name = useId();
  const filter = useShown((it) => it.filter);
  const waiting = useChinwag((state) => {
    let count = 0;
    for (const chat of state.chats.values()) if (!chat.mine.archived && waits(chat)) count += 1;
    return count;
  });
  return (
    <div role="radiogroup" aria-label={t("filters")} className={styles["filters"]}>
      {FILTERS.map((each) => (
        <label key={each} className={styles["filter"]}>
          <input
            type="radio"
            name={name}
            checked={each === filter}
            onChange={() => show({ filter: each })}
          />
          {t(each)}
          {each === "unread" && waiting > 0 && <span className={styles["count"]}>{waiting}</span>}
        </label>
      ))}
    </div>
  );
}
