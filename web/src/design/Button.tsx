import type { ComponentProps } from "react";
import styles from "./Button.module.css";
import { Spinner } from "./Spinner";
import { classes } from "./classes";

export interface ButtonProps extends ComponentProps<"button"> {
  /** One `primary` a screen; `plain` is a link that acts. */
  readonly variant?: "primary" | "quiet" | "plain" | "danger";
  readonly size?: "normal" | "small";
  /** As wide as its place. */
  readonly wide?: boolean;
  /** What it began is under way: it keeps its words and its place, and takes no second click. */
  readonly busy?: boolean;
}

/** Does something: its words are a verb. */
export function Button({
  variant = "quiet",
  size = "normal",
  wide = false,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={classes(
        styles["button"],
        styles[variant],
        size === "small" && styles["small"],
        wide && styles["wide"],
        className,
      )}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy && <Spinner size={16} />}
      {children}
    </button>
  );
}
