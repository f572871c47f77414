import { Button, Switch } from "@/design";
import { client, useChinwag } from "@/state";
import { useWords } from "@/words";
import styles from "./AlertSettings.module.css";
import { askPermission, permission, usePermission, type Permission } from "./permission";
import { useReach, type Reach } from "./push";
import { showTest } from "./shown";
import { chime } from "./sound";

/** What calls for attention on this device, and how: a part of the settings. */
export function AlertSettings() {
  const t = useWords("alerts");
  const { notifications, previews, sounds } = useChinwag((state) => state.preferences);
  const allowed = usePermission();
  const reach = useReach();
  const on = notifications && allowed === "granted";
  return (
    <div className={styles["rows"]}>
      <Switch
        label={t("notifications")}
        hint={t(`notifications.${hint(allowed, on, reach)}`)}
        checked={on}
        disabled={allowed === "unsupported"}
        onChange={(wanted) => void turn(wanted)}
      />
      <Switch
        label={t("previews")}
        hint={t("previews.hint")}
        checked={previews}
        disabled={!on}
        onChange={(wanted) => client.prefer({ previews: wanted })}
      />
      <Switch
        label={t("sounds")}
        hint={t("sounds.hint")}
        checked={sounds}
        onChange={(wanted) => {
          client.prefer({ sounds: wanted });
          if (wanted) chime();
        }}
      />
      {on && (
        <Button
          className={styles["test"]}
          onClick={() => void showTest(t("test.title"), t("test.text"), !sounds || chime())}
        >
          {t("test")}
        </Button>
      )}
    </div>
  );
}

/** Turn notifications on, as far as the browser lets us, or off. */
export async function turn(wanted: boolean): Promise<void> {
  const allowed = wanted ? await askPermission() : permission();
  client.prefer({ notifications: wanted && allowed === "granted" });
}

function hint(allowed: Permission, on: boolean, reach: Reach) {
  if (allowed === "denied" || allowed === "unsupported") return allowed;
  return on ? (reach === "always" ? "always" : "open") : "off";
}
