import { useId, type ReactNode } from "react";
import { Panel, PanelHeader, classes, goUp } from "@/design";
import styles from "./Section.module.css";

/** One page of the settings: cards in a column of reading width. */
export function Section({
  title,
  intro,
  children,
}: {
  readonly title: string;
  readonly intro?: string;
  readonly children: ReactNode;
}) {
  const header = <PanelHeader title={title} onBack={() => goUp("/settings")} backOnly="narrow" />;
  return (
    <Panel label={title} header={header} ground>
      <div className={styles["page"]}>
        {intro && <p className={styles["intro"]}>{intro}</p>}
        {children}
      </div>
    </Panel>
  );
}

/** What belongs together. `rows`: a list whose rows reach from edge to edge. */
export function Card({
  title,
  rows = false,
  children,
}: {
  readonly title?: string;
  readonly rows?: boolean;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={title ? id : undefined}>
      {title && (
        <h2 id={id} className={styles["cardTitle"]}>
          {title}
        </h2>
      )}
      {rows ? (
        <ul className={classes(styles["card"], styles["rows"])}>{children}</ul>
      ) : (
        <div className={styles["card"]}>{children}</div>
      )}
    </section>
  );
}
