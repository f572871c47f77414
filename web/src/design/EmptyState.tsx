import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** Its title is that of the whole column. */
  readonly alone?: boolean;
  readonly text?: ReactNode;
  /** The one clear next step. */
  readonly action?: ReactNode;
}

/** Nothing is here yet, and this is what to do about it. */
export function EmptyState({ icon, title, alone, text, action }: EmptyStateProps) {
  const Heading = alone ? "h1" : "h2";
  return (
    <div className={styles["empty"]}>
      {icon && (
        <div className={styles["icon"]} aria-hidden>
          {icon}
        </div>
      )}
      <Heading className={styles["title"]}>{title}</Heading>
      {text && <p className={styles["text"]}>{text}</p>}
      {action && <div className={styles["action"]}>{action}</div>}
    </div>
  );
}
