import styles from "./TickIcon.module.css";
import { classes } from "./classes";

export interface TickIconProps {
  readonly tick: "clock" | "sent" | "delivered" | "read" | "failed";
  /** What it means, in words: read aloud. */
  readonly label: string;
}

/**
 * What became of an own message. All states are drawn on one another, so that a change is a
 * cross-fade of 150 ms and not a jump. Ticks are never mirrored: they are no arrows.
 */
export function TickIcon({ tick, label }: TickIconProps) {
  const one = tick === "sent" || tick === "delivered" || tick === "read";
  const two = tick === "delivered" || tick === "read";
  const part = (name: string | undefined, shown: boolean) =>
    classes(styles["part"], name, shown && styles["shown"]);
  return (
    <svg
      className={classes(styles["tick"], styles[tick])}
      viewBox="0 0 18 13"
      role="img"
      aria-label={label}
    >
      <g className={part(undefined, tick === "clock")}>
        <circle cx="12" cy="6.5" r="4.75" strokeWidth="1.25" />
        <path d="M12 3.9v2.8l1.8 1" strokeWidth="1.25" />
      </g>
      <path
        className={part(styles["first"], one)}
        d={two ? "M1.2 7.2l3.2 3.3 6.7-8" : "M6 7.2l3.2 3.3 6.7-8"}
      />
      <path className={part(styles["second"], two)} d="M8.1 9.6l.9.9 6.7-8" />
      <g className={part(undefined, tick === "failed")}>
        <circle cx="12" cy="6.5" r="5" />
        <path d="M12 3.7v3.4" />
        <circle className={styles["dot"]} cx="12" cy="9.3" r="0.8" />
      </g>
    </svg>
  );
}
