import { useEffect, useState } from "react";
import { announce } from "@/design";
import { client, useChinwag } from "@/state";
import { duration, useWords } from "@/words";
import styles from "./ConnectionLine.module.css";
import { mayPass, PATIENCE, tellingOf } from "./connection";

/** One quiet line while there is no link to the server; nothing while there is. */
export function ConnectionLine({ front }: { readonly front: string }) {
  const t = useWords("app");
  const link = useChinwag((state) => state.link);
  const troubled = link.status !== "online";
  const patient = usePatience(troubled) && mayPass(link);
  const now = useSeconds(troubled && !patient);
  const telling = patient ? null : tellingOf(link, now);
  const said = telling && (telling.say === "retryIn" ? t("waitingForNetwork") : t(telling.say));
  // Said once for each kind of trouble: a region that counts down would never be silent.
  useEffect(() => {
    if (said) announce(said);
  }, [said]);
  if (!telling) return null;
  return (
    <div className={styles["line"]} data-front={front}>
      {telling.say === "retryIn" ? (
        <>
          {t("retryIn", { wait: duration(Math.floor(telling.wait / 1000) * 1000) })}
          <button type="button" className={styles["now"]} onClick={() => client.hurry()}>
            {t("retryNow")}
          </button>
        </>
      ) : (
        t(telling.say)
      )}
    </div>
  );
}

/** True as long as trouble is too short to be told. */
function usePatience(troubled: boolean): boolean {
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    if (!troubled) return;
    const timer = setTimeout(() => setPatient(false), PATIENCE);
    return () => {
      clearTimeout(timer);
      setPatient(true);
    };
  }, [troubled]);
  return patient;
}

/** The time, by seconds while it is needed. */
function useSeconds(needed: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!needed) return;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [needed]);
  return now;
}
