import type { ReactNode } from "react";
import { Button, Skeleton } from "@/design";
import { useWords } from "@/words";
import styles from "./Section.module.css";
import { Card } from "./Section";
import type { useAnswer } from "./useAnswer";

/** Rows that come from the server: their places while they are on their way, a way on if not. */
export function Loaded<T>({
  from,
  children,
}: {
  readonly from: ReturnType<typeof useAnswer<T>>;
  readonly children: (value: T) => ReactNode;
}) {
  const t = useWords("settings");
  switch (from.answer.status) {
    case "here":
      return children(from.answer.value);
    case "failed":
      return (
        <Card>
          <p role="alert" className={styles["failure"]}>
            {from.answer.why}
          </p>
          <Button onClick={from.retry}>{t("retry")}</Button>
        </Card>
      );
    case "loading":
      return (
        <Card>
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} height="2rem" />
          ))}
        </Card>
      );
  }
}
