import { Suspense, type ReactNode } from "react";
import { classes } from "@/design";
import { ErrorBoundary } from "./ErrorBoundary";
import styles from "./Shell.module.css";
import { Waiting } from "./Waiting";

/** A column of the page. What breaks or is loaded in one leaves the others alone. */
export function Column({
  kind,
  place,
  children,
}: {
  readonly kind: "list" | "main" | "details";
  /** What it shows: another value makes a broken column try again. */
  readonly place: string;
  readonly children: ReactNode;
}) {
  const className = classes(styles["column"], styles[kind]);
  const inside = (
    <ErrorBoundary scope="part" reset={place}>
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </ErrorBoundary>
  );
  return (
    <div id={`column-${kind}`} data-column tabIndex={-1} className={className}>
      {inside}
    </div>
  );
}
