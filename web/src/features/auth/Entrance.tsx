import { Info, OctagonAlert } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { classes } from "@/design";
import { Art } from "./Art";
import styles from "./Entrance.module.css";
import { Mark } from "./Mark";

/** The page before the chats: what is asked on one side, what it is for on the other. */
export function Entrance({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Who came by a link, or signed out, had the focus on what is no longer there.
    const came = navigator.userActivation.hasBeenActive;
    if (came && document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <main className={styles["page"]}>
      <div className={styles["art"]}>
        <Art />
      </div>
      <div className={styles["side"]}>
        <div className={styles["inner"]}>
          <p className={styles["brand"]}>
            <Mark size={32} />
            chinwag
          </p>
          <div>
            <h1 ref={heading} tabIndex={-1} className={styles["title"]}>
              {title}
            </h1>
            <p className={styles["text"]}>{text}</p>
          </div>
          {children}
        </div>
      </div>
    </main>
  );
}

/** Something to know first; `failure`: what kept it from working, said aloud. */
export function Note({
  failure = false,
  children,
}: {
  readonly failure?: boolean;
  readonly children: ReactNode;
}) {
  const Icon = failure ? OctagonAlert : Info;
  return (
    <div
      className={classes(styles["note"], failure && styles["failure"])}
      role={failure ? "alert" : undefined}
    >
      <Icon size={16} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
