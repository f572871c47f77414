import type { ReactNode } from "react";
import styles from "./Section.module.css";

/** A part of a panel, parted from the next by a hairline. */
export function Section({
  title,
  children,
}: {
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles["section"]}>
      {title && <h2 className={styles["title"]}>{title}</h2>}
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
