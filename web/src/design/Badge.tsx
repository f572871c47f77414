import { AtSign } from "lucide-react";
import styles from "./Badge.module.css";
import { VisuallyHidden } from "./VisuallyHidden";
import { classes } from "./classes";

export interface BadgeProps {
  readonly count?: number;
  /** `dot`: marked as unread, without a number. `muted`: a number that asks for nothing. */
  readonly kind: "unread" | "mention" | "dot" | "muted";
  /** What it says aloud, as '3 unread messages'; without it, it is silent. */
  readonly label?: string;
}

/** Something waits here. */
export function Badge({ count = 0, kind, label }: BadgeProps) {
  return (
    <span className={classes(styles["badge"], kind !== "unread" && styles[kind])}>
      <span aria-hidden>{face(kind, count)}</span>
      {label && <VisuallyHidden>{label}</VisuallyHidden>}
    </span>
  );
}

function face(kind: BadgeProps["kind"], count: number) {
  if (kind === "dot") return null;
  if (kind === "mention") return <AtSign size={12} strokeWidth={2.5} />;
  return count > 999 ? "999+" : count;
}
