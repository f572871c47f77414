import { Switch } from "@/design";
import type { GroupInfo, Settings } from "@/wire/types";
import { useWords } from "@/words";
import styles from "./Groups.module.css";

export interface RulesProps {
  readonly rules: Pick<GroupInfo, "edit_info" | "send" | "add_members" | "approval" | "history">;
  readonly disabled?: boolean;
  readonly onChange: (change: Settings) => void;
}

/** A group's switches. */
export function Rules({ rules, disabled = false, onChange }: RulesProps) {
  const t = useWords("groups");
  const members = [
    ["edit_info", "switchEdit"],
    ["send", "switchSend"],
    ["add_members", "switchAdd"],
  ] as const;
  return (
    <div className={styles["switches"]}>
      {members.map(([rule, label]) => {
        const everyone = (rules[rule] ?? "everyone") === "everyone";
        return (
          <Switch
            key={rule}
            label={t(label)}
            hint={everyone ? undefined : t("switchOff")}
            checked={everyone}
            disabled={disabled}
            onChange={(on) => onChange({ [rule]: on ? "everyone" : "admins" })}
          />
        );
      })}
      <Switch
        label={t("switchApproval")}
        hint={t("switchApprovalHint")}
        checked={rules.approval ?? false}
        disabled={disabled}
        onChange={(approval) => onChange({ approval })}
      />
      <Switch
        label={t("switchHistory")}
        hint={t("switchHistoryHint")}
        checked={rules.history === "all"}
        disabled={disabled}
        onChange={(all) => onChange({ history: all ? "all" : "joined" })}
      />
    </div>
  );
}
