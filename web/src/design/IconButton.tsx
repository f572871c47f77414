import { Link } from "wouter";
import type { ComponentProps, ReactNode } from "react";
import styles from "./IconButton.module.css";
import { Tooltip } from "./Tooltip";
import { classes } from "./classes";

interface Looks {
  /** Its name: read aloud, and shown to those who point at it. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly variant?: "plain" | "accent" | "raised";
  readonly size?: "normal" | "small";
  /** The icon points along the line, and turns round in right-to-left writing. */
  readonly turns?: boolean;
}

export interface IconButtonProps
  extends Looks, Omit<ComponentProps<"button">, keyof Looks | "children"> {}

export interface IconLinkProps extends Looks {
  readonly href: string;
  readonly className?: string;
}

function look({ variant = "plain", size = "normal", turns = false }: Looks, className?: string) {
  return classes(
    styles["button"],
    variant !== "plain" && styles[variant],
    size === "small" && styles["small"],
    turns && styles["turns"],
    className,
  );
}

/** An icon that acts. May be given to `Menu` and `Popover` as their trigger. */
export function IconButton({
  label,
  icon,
  variant,
  size,
  turns,
  className,
  ...rest
}: IconButtonProps) {
  const looks = {
    label,
    icon,
    ...(variant && { variant }),
    ...(size && { size }),
    ...(turns && { turns }),
  };
  return (
    <Tooltip text={label}>
      <button type="button" className={look(looks, className)} aria-label={label} {...rest}>
        {icon}
      </button>
    </Tooltip>
  );
}

/** An icon that leads somewhere. */
export function IconLink({ href, className, ...looks }: IconLinkProps) {
  return (
    <Tooltip text={looks.label}>
      <Link href={href} className={look(looks, className)} aria-label={looks.label}>
        {looks.icon}
      </Link>
    </Tooltip>
  );
}
