import { useId } from "react";
import { Switch, classes } from "@/design";
import { client, useChinwag } from "@/state";
import { useWords } from "@/words";
import styles from "./Appearance.module.css";
import { Card, Section } from "./Section";

const THEMES = [
  { theme: "system", name: "themeSystem" },
  { theme: "light", name: "themeLight" },
  { theme: "dark", name: "themeDark" },
] as const;

/** How the page looks on this device. */
export function Appearance() {
  const t = useWords("settings");
  const contrast = useChinwag((state) => state.preferences.contrast);
  const motion = useChinwag((state) => state.preferences.motion);
  return (
    <Section title={t("appearance")}>
      <Card>
        <Themes />
      </Card>
      <Card>
        <Switch
          label={t("contrast")}
          hint={t("contrastHint")}
          checked={contrast === "more"}
          onChange={(more) => client.prefer({ contrast: more ? "more" : "system" })}
        />
        <Switch
          label={t("motion")}
          hint={t("motionHint")}
          checked={motion === "less"}
          onChange={(less) => client.prefer({ motion: less ? "less" : "system" })}
        />
      </Card>
    </Section>
  );
}

function Themes() {
  const t = useWords("settings");
  const id = useId();
  const chosen = useChinwag((state) => state.preferences.theme);
  return (
    <div role="radiogroup" aria-labelledby={id}>
      <div id={id} className={styles["legend"]}>
        {t("theme")}
      </div>
      <div className={styles["themes"]}>
        {THEMES.map(({ theme, name }) => (
          <label key={theme} className={styles["theme"]}>
            <input
              type="radio"
              name={id}
              className={styles["radio"]}
              checked={chosen === theme}
              onChange={() => client.prefer({ theme })}
            />
            <span className={styles["frame"]} aria-hidden>
              {theme !== "dark" && <span className={classes(styles["preview"], styles["light"])} />}
              {theme !== "light" && <span className={classes(styles["preview"], styles["dark"])} />}
            </span>
            <span className={styles["name"]}>{t(name)}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
