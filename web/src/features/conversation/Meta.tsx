/** Time and ticks, in the end of a message's last line. */
import { TickIcon } from "@/design";
import { tick, useChinwag, type Tick } from "@/state";
import { fullTime, timeOfDay, useWords } from "@/words";
import type { Said } from "./items";
import styles from "./Meta.module.css";

export function Meta({
  said,
  at,
  own,
}: {
  readonly said: Said;
  readonly at: number;
  readonly own: boolean;
}) {
  return (
    <span className={styles["meta"]}>
      <time dir="auto" dateTime={new Date(at).toISOString()} title={fullTime(at)}>
        {timeOfDay(at)}
      </time>
      {own && <Ticks said={said} />}
    </span>
  );
}

const WORDS = {
  clock: "tickClock",
  sent: "tickSent",
  delivered: "tickDelivered",
  read: "tickRead",
  failed: "tickFailed",
} as const satisfies Record<Tick, string>;

function Ticks({ said }: { readonly said: Said }) {
  const t = useWords("conversation");
  const now = useChinwag((state) => tick(state, "event" in said ? said.event : said.pending));
  return <TickIcon tick={now} label={t(WORDS[now])} />;
}
