import type { ReactNode } from "react";
import styles from "./Hero.module.css";

export interface HeroProps {
  /** A large avatar. */
  readonly face: ReactNode;
  readonly title: string;
  readonly text?: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
}

/** The beginning of a page about somebody or something. */
export function Hero({ face, title, text, actions }: HeroProps) {
  return (
    <div className={styles["hero"]}>
      {face}
      <h2 className={styles["title"]} dir="auto">
        {title}
      </h2>
      {text && <div className={styles["text"]}>{text}</div>}
      {actions && <div className={styles["actions"]}>{actions}</div>}
    </div>
  );
}
