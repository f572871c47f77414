/** At the upper edge: that more is being loaded, or that it could not be. */
import { useEffect, useState } from "react";
import { Button, Spinner } from "@/design";
import { client, type View } from "@/state";
import { useWords } from "@/words";
import type { Id } from "@/wire/types";
import styles from "./Edge.module.css";

/** What is quicker than this is not worth a word. */
const PATIENCE = 200;

/** Whether `active` has lasted for a while. */
export function useSlow(active: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!active) return;
    const timer = setTimeout(() => setSlow(true), PATIENCE);
    return () => {
      clearTimeout(timer);
      setSlow(false);
    };
  }, [active]);
  return slow;
}

export function Edge({ chat, view }: { readonly chat: Id; readonly view: View }) {
  const t = useWords("conversation");
  const slow = useSlow(view.loading !== null && !view.stuck);
  if (view.stuck) {
    return (
      <div className={styles["edge"]} role="status">
        <div className={styles["note"]}>
          <span>{t("stuck")}</span>
          <Button variant="plain" size="small" onClick={() => client.reload(chat)}>
            {t("retry")}
          </Button>
        </div>
      </div>
    );
  }
  return slow ? (
    <div className={styles["edge"]} data-side={view.loading === "newer" ? "end" : "start"}>
      <span className={styles["spinner"]} role="status" aria-label={t("loading")}>
        <Spinner size={20} />
      </span>
    </div>
  ) : null;
}
