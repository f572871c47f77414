import { TickIcon, classes } from "@/design";
import { timeOfDay, useWords } from "@/words";
import styles from "./Art.module.css";

const TALK = [
  { words: "artHello", own: true, at: [15, 41] },
  { words: "artReply", own: false, at: [15, 42] },
  { words: "artOwn", own: true, at: [15, 42] },
  { words: "artLast", own: false, at: [15, 43] },
] as const;

function time([hours, minutes]: readonly [number, number]): string {
  return timeOfDay(new Date(2026, 0, 1, hours, minutes).getTime());
}

/** What happens behind this door: a few words between two people. For the eyes alone. */
export function Art() {
  const t = useWords("auth");
  return (
    <div className={styles["talk"]} aria-hidden>
      {TALK.map(({ words, own, at }) => (
        <p key={words} className={classes(styles["bubble"], own && styles["own"])}>
          <span>{t(words)}</span>
          <span className={styles["meta"]}>
            <time>{time(at)}</time>
            {own && <TickIcon tick="read" label="" />}
          </span>
        </p>
      ))}
    </div>
  );
}
