import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly text?: ReactNode;
  /** The one clear next step. */
  readonly action?: ReactNode;
}

/** Nothing is here yet, and this is what to do about it. */
export function EmptyState({ icon, title, text, action }: EmptyStateProps) {
  return (
    <div className={styles["empty"]}>
      {icon && (
        <div className={styles["icon"]} aria-hidden>
          {icon}
        </div>
      )}
      <h2 className={styles["title"]}>{title}</h2>
      {text && <p className={styles["text"]}>{text}</p>}
      {action && <div className={styles["action"]}>{action}</div>}
    </div>
  );
}
