import type { ReactNode } from "react";
import styles from "./Section.module.css";

/** A part of a panel, parted from the next by a hairline. */
export function Section({
  title,
  level: Title = "h3",
  children,
}: {
  readonly title?: string;
  /** Of its title: `h2` right under the panel's own. */
  readonly level?: "h2" | "h3";
  readonly children: ReactNode;
}) {
  return (
    <div className={styles["section"]}>
      {title && <Title className={styles["title"]}>{title}</Title>}
      {children}
    </div>
  );
}

/** Words in a section, as they were written. */
export function SectionText({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles["text"]} dir="auto">
      {children}
    </p>
  );
}
