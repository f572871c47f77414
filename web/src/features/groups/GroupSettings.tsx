import { useState } from "react";
import { Panel, PanelHeader } from "@/design";
import { client, isAdmin, newId } from "@/state";
import type { Settings } from "@/wire/types";
import { refusalText, useWords } from "@/words";
import type { PartProps } from "./AddMembers";
import styles from "./Groups.module.css";
import { Rules } from "./Rules";

/** Who may do what. All may see it, admins may change it. */
export function GroupSettings({ chat, onBack }: PartProps) {
  const t = useWords("groups");
  // What was chosen and not yet answered is shown as chosen.
  const [wish, setWish] = useState<Settings>({});
  const [problem, setProblem] = useState("");
  const admin = isAdmin(chat);
  const change = async (settings: Settings) => {
    setWish((before) => ({ ...before, ...settings }));
    setProblem("");
    try {
      const command = { type: "change_group", chat: chat.id, client_id: newId() } as const;
      await client.ask({ ...command, settings });
    } catch (error) {
      setProblem(refusalText(error));
    }
    setWish((before) => without(before, settings));
  };
  return (
    <Panel label={t("settings")} header={<PanelHeader title={t("settings")} onBack={onBack} />}>
      {!admin && <p className={styles["text"]}>{t("onlyAdmins")}</p>}
      <Rules
        rules={{ ...chat.group, ...wish }}
        disabled={!admin}
        onChange={(settings) => void change(settings)}
      />
      {problem && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
    </Panel>
  );
}

function without(settings: Settings, done: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !(key in done)));
}
