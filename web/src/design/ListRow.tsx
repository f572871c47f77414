import type { ReactNode } from "react";
import { Link } from "wouter";
import styles from "./ListRow.module.css";
import { classes } from "./classes";
import { useRowPlace } from "./rows";

export interface ListRowProps {
  /** An avatar or an icon. */
  readonly leading?: ReactNode;
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  /** All of title and subtitle is shown, on as many lines as it takes. */
  readonly wraps?: boolean;
  /** At the end of the title's line, as a time. */
  readonly meta?: ReactNode;
  /** At the end of the row. Something that acts may stand here only in a row that does not. */
  readonly trailing?: ReactNode;
  /** Where it leads, or what it does; with neither, it only tells. */
  readonly href?: string;
  readonly onSelect?: () => void;
  /** What it does is to open a menu. */
  readonly popup?: boolean;
  readonly selected?: boolean;
  /** One of several that may be chosen: it is a check box. */
  readonly checked?: boolean | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

/** One of many. Put it into an `<li>`. */
export function ListRow(props: ListRowProps) {
  const place = useRowPlace();
  const { leading, title, subtitle, meta, trailing, href, onSelect, selected = false } = props;
  const className = classes(
    styles["row"],
    (href !== undefined || onSelect) && styles["acts"],
    selected && styles["selected"],
    props.danger && styles["danger"],
  );
  const inside = (
    <>
      {leading && <span className={styles["leading"]}>{leading}</span>}
      <span className={styles["words"]}>
        <span className={styles["line"]}>
          <span className={classes(styles["title"], props.wraps && styles["wraps"])} dir="auto">
            {title}
          </span>
          {meta && <span className={styles["meta"]}>{meta}</span>}
        </span>
        {subtitle && (
          <span className={classes(styles["subtitle"], props.wraps && styles["wraps"])} dir="auto">
            {subtitle}
          </span>
        )}
      </span>
      {trailing && <span className={styles["trailing"]}>{trailing}</span>}
    </>
  );
  if (href !== undefined) {
    return (
      <Link
        href={href}
        className={className}
        aria-current={selected ? "page" : undefined}
        {...place}
      >
        {inside}
      </Link>
    );
  }
  if (onSelect) {
    return (
      <button
        type="button"
        className={className}
        onClick={onSelect}
        disabled={props.disabled}
        aria-haspopup={props.popup ? "menu" : undefined}
        {...(props.checked !== undefined && { role: "checkbox", "aria-checked": props.checked })}
        {...place}
      >
        {inside}
      </button>
    );
  }
  return <div className={className}>{inside}</div>;
}
