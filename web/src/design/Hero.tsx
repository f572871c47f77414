import type { ReactNode } from "react";
import styles from "./Hero.module.css";

export interface HeroProps {
  /** A large avatar. */
  readonly face: ReactNode;
  readonly title: string;
  /** Its title is that of the whole column. */
  readonly alone?: boolean;
  readonly text?: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
}

/** The beginning of a page about somebody or something. */
export function Hero({ face, title, alone, text, actions }: HeroProps) {
  const Heading = alone ? "h1" : "h2";
  return (
    <div className={styles["hero"]}>
      {face}
      <Heading className={styles["title"]} dir="auto">
        {title}
      </Heading>
      {text && <div className={styles["text"]}>{text}</div>}
      {actions && <div className={styles["actions"]}>{actions}</div>}
    </div>
  );
}
