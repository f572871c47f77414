import { ShortcutList, Switch, keyCaps } from "@/design";
import { client, useChinwag } from "@/state";
import { useWords } from "@/words";
import { Card, Section } from "./Section";

/** What the Enter key does, and all shortcuts. */
export function KeyboardChoice() {
  const t = useWords("settings");
  const enterSends = useChinwag((state) => state.preferences.enterSends);
  const singleKeys = useChinwag((state) => state.preferences.singleKeys);
  const [mod = ""] = keyCaps("mod");
  return (
    <Section title={t("keyboard")}>
      <Card>
        <Switch
          label={t("enterSends")}
          hint={enterSends ? t("enterSendsHint") : t("enterBreaksHint", { mod })}
          checked={enterSends}
          onChange={(sends) => client.prefer({ enterSends: sends })}
        />
        <Switch
          label={t("singleKeys")}
          hint={t("singleKeysHint")}
          checked={singleKeys}
          onChange={(heard) => client.prefer({ singleKeys: heard })}
        />
      </Card>
      <Card title={t("shortcuts")}>
        <ShortcutList enterSends={enterSends} />
      </Card>
    </Section>
  );
}
