import { Fragment } from "react";
import styles from "./Highlight.module.css";

export interface HighlightProps {
  readonly text: string;
  /** Parts [from, to) to light up, ascending and apart. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

/** A text with what was looked for lit up. */
export function Highlight({ text, ranges }: HighlightProps) {
  const ends = [0, ...ranges.map(([, to]) => to)];
  return (
    <>
      {ranges.map(([from, to], index) => (
        <Fragment key={from}>
          {text.slice(ends[index], from)}
          <mark className={styles["lit"]}>{text.slice(from, to)}</mark>
        </Fragment>
      ))}
      {text.slice(ends.at(-1))}
    </>
  );
}
