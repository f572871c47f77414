import { ArrowLeft, X } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "@/words";
import { IconButton } from "./IconButton";
import styles from "./Panel.module.css";
import { classes } from "./classes";

export interface PanelProps {
  /** Its name among the page's regions. */
  readonly label: string;
  readonly header?: ReactNode;
  readonly footer?: ReactNode;
  /** The content scrolls by itself, as a virtual list does. */
  readonly fixed?: boolean;
  /** What it holds stands in cards of their own. */
  readonly ground?: boolean;
  readonly children: ReactNode;
}

/** A column: a header that stays and a body that scrolls. */
export function Panel({
  label,
  header,
  footer,
  fixed = false,
  ground = false,
  children,
}: PanelProps) {
  return (
    <section className={classes(styles["panel"], ground && styles["ground"])} aria-label={label}>
      {header}
      <div className={classes(styles["body"], fixed && styles["fixed"])}>{children}</div>
      {footer}
    </section>
  );
}

export interface PanelHeaderProps {
  readonly title: string;
  /** Shows an arrow back (or, with `closes`, a cross) before the title. */
  readonly onBack?: (() => void) | undefined;
  readonly closes?: boolean;
  /** Where there is room for several columns, one needs no way back. */
  readonly backOnly?: "narrow";
  /** `IconButton`s at the end. */
  readonly actions?: ReactNode;
  /** The name of a place, rather than of something in it. */
  readonly large?: boolean;
}

export function PanelHeader(props: PanelHeaderProps) {
  const { title, onBack, closes = false, backOnly, actions, large = false } = props;
  const t = useWords("app");
  return (
    <header className={classes(styles["header"], large && styles["large"])}>
      {onBack && (
        <IconButton
          label={closes ? t("close") : t("back")}
          icon={closes ? <X /> : <ArrowLeft />}
          turns={!closes}
          className={backOnly && styles["narrowOnly"]}
          onClick={onBack}
        />
      )}
      <h1 className={styles["title"]} dir="auto">
        {title}
      </h1>
      {actions && <div className={styles["actions"]}>{actions}</div>}
    </header>
  );
}
