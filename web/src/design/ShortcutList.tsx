import { useWords } from "@/words";
import { Kbd } from "./Kbd";
import styles from "./ShortcutList.module.css";
import { SHORTCUTS, keyCaps, type ShortcutName } from "./shortcuts";

const GROUPS = ["moving", "doing"] as const;
const TITLES = { moving: "helpMoving", doing: "helpDoing" } as const;
const NAMES = Object.keys(SHORTCUTS) as ShortcutName[];

/** All keyboard shortcuts. `enterSends` as in the preferences. */
export function ShortcutList({ enterSends }: { readonly enterSends: boolean }) {
  const t = useWords("app");
  return (
    <>
      {GROUPS.map((group) => (
        <section key={group} className={styles["group"]}>
          <h3 className={styles["title"]}>{t(TITLES[group])}</h3>
          <dl>
            {NAMES.filter((name) => SHORTCUTS[name].group === group).map((name) => (
              <Row key={name} label={t(`key_${name}`)} keys={SHORTCUTS[name].keys} />
            ))}
          </dl>
        </section>
      ))}
      <section className={styles["group"]}>
        <h3 className={styles["title"]}>{t("helpWriting")}</h3>
        <dl>
          <Row label={t("key_send")} keys={enterSends ? "enter" : "mod+enter"} />
          <Row label={t("key_newLine")} keys={enterSends ? "shift+enter" : "enter"} />
        </dl>
      </section>
    </>
  );
}

function Row({ label, keys }: { readonly label: string; readonly keys: string }) {
  return (
    <div className={styles["row"]}>
      <dt>{label}</dt>
      <dd className={styles["keys"]} dir="ltr">
        {keyCaps(keys).map((cap) => (
          <Kbd key={cap}>{cap}</Kbd>
        ))}
      </dd>
    </div>
  );
}
