import styles from "./Skeleton.module.css";
import { classes } from "./classes";

/** Holds a place while its words are on their way; seen only after 200 ms. CSS lengths. */
export function Skeleton({
  width = "100%",
  height = "0.75rem",
  round = false,
}: {
  readonly width?: string;
  readonly height?: string;
  readonly round?: boolean;
}) {
  return (
    <span
      className={classes(styles["skeleton"], round && styles["round"])}
      style={{ inlineSize: width, blockSize: height }}
      aria-hidden
    />
  );
}
