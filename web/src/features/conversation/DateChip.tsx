/** Which day the top of the screen is in, while one scrolls. */
import { useEffect, useImperativeHandle, useState, type Ref } from "react";
import { classes } from "@/design";
import type { Millis } from "@/wire/types";
import { useDay } from "./Lines";
import styles from "./DateChip.module.css";

export interface DateChipHandle {
  readonly show: (at: Millis) => void;
}

const LINGERS = 1200;

/** Its own state, so that scrolling renders nothing else. */
export function DateChip({ ref }: { readonly ref: Ref<DateChipHandle> }) {
  const [shown, setShown] = useState<{ readonly at: Millis; readonly until: number } | null>(null);
  const [visible, setVisible] = useState(false);
  useImperativeHandle(ref, () => ({
    show: (at) => {
      setShown({ at, until: Date.now() + LINGERS });
      setVisible(true);
    },
  }));
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setVisible(false), Math.max(0, shown.until - Date.now()));
    return () => clearTimeout(timer);
  }, [shown]);
  return shown && <Chip at={shown.at} visible={visible} />;
}

function Chip({ at, visible }: { readonly at: Millis; readonly visible: boolean }) {
  return (
    <div className={classes(styles["place"], visible && styles["visible"])} aria-hidden>
      <span className={styles["chip"]}>{useDay(at)}</span>
    </div>
  );
}
