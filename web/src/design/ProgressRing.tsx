import type { ReactNode } from "react";
import styles from "./ProgressRing.module.css";
import { classes } from "./classes";

export interface ProgressRingProps {
  readonly label: string;
  /** 0 to 1; null while nobody knows: it turns. */
  readonly value: number | null;
  /** In pixels at the usual text size. */
  readonly size?: number;
  /** In its middle: what one can do meanwhile. */
  readonly children?: ReactNode;
}

const AROUND = 100;

/** How far something is, around what one can do about it. */
export function ProgressRing({ label, value, size = 48, children }: ProgressRingProps) {
  const edge = `${size / 16}rem`;
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <span className={styles["ring"]} style={{ inlineSize: edge, blockSize: edge }}>
      <span
        className={styles["drawn"]}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <svg viewBox="0 0 40 40" aria-hidden className={classes(value === null && styles["turns"])}>
          <circle className={styles["track"]} cx="20" cy="20" r="17.5" />
          <circle
            className={styles["done"]}
            cx="20"
            cy="20"
            r="17.5"
            pathLength={AROUND}
            strokeDasharray={`${Math.max(2, percent ?? 25)} ${AROUND}`}
          />
        </svg>
      </span>
      <span className={styles["middle"]}>{children}</span>
    </span>
  );
}
