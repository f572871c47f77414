import { Avatar, TickIcon, classes, senderColour } from "@/design";
import { timeOfDay, useWords } from "@/words";
import styles from "./Art.module.css";

const TALK = [
  { words: "artAsk", from: "artNameOne", at: [14, 57] },
  { words: "artAnswer", from: "artNameTwo", at: [14, 58] },
  { words: "artOwn", from: null, at: [14, 58] },
  { words: "artLast", from: "artNameOne", at: [14, 59] },
] as const;

/** Ids whose colours stand well beside each other. */
const IDS = { artNameOne: "mina", artNameTwo: "jonas" } as const;

function time([hours, minutes]: readonly [number, number]): string {
  return timeOfDay(new Date(2026, 0, 1, hours, minutes).getTime());
}

/** What happens behind this door: a few words among friends. For the eyes alone. */
export function Art() {
  const t = useWords("auth");
  return (
    <div className={styles["talk"]} aria-hidden>
      {TALK.map(({ words, from, at }) => (
        <div key={words} className={classes(styles["line"], !from && styles["own"])}>
          {from && <Avatar id={IDS[from]} name={t(from)} size={40} />}
          <div className={styles["bubble"]}>
            {from && (
              <p className={styles["name"]} style={{ color: senderColour(IDS[from]) }}>
                {t(from)}
              </p>
            )}
            <p className={styles["words"]}>
              <span>{t(words)}</span>
              <span className={styles["meta"]}>
                <time>{time(at)}</time>
                {!from && <TickIcon tick="read" label="" />}
              </span>
            </p>
          </div>
        </div>
      ))}
    </div>
  );
}
