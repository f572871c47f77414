import { RadioGroup, Switch, toast } from "@/design";
import { client, useChinwag } from "@/state";
import type { Audience, Privacy as Rules } from "@/wire/types";
import { refusalText, useWords } from "@/words";
import { Blocked } from "./Blocked";
import { Card, Section } from "./Section";

const ASKED = [
  { rule: "last_seen", label: "lastSeen", hint: "mutualHint" },
  { rule: "online", label: "online", hint: "mutualHint" },
  { rule: "groups", label: "groups", hint: "groupsHint" },
] as const;

/** Who sees what of oneself, and who is kept out. */
export function Privacy() {
  const t = useWords("settings");
  const privacy = useChinwag((state) => state.account?.privacy);
  if (!privacy) return null;
  // Nothing is held up by it: what is switched off for a moment would lose the focus.
  const change = (rules: Rules) => {
    client.ask({ type: "set_privacy", ...rules }).catch((error: unknown) => {
      toast({ text: refusalText(error), urgent: true });
    });
  };
  const audiences = (["everyone", "contacts", "nobody"] as const).map((value) => ({
    value,
    label: t(value),
  }));
  return (
    <Section title={t("privacy")}>
      <Card>
        {ASKED.map(({ rule, label, hint }) => (
          <RadioGroup<Audience>
            key={rule}
            label={t(label)}
            hint={t(hint)}
            options={audiences}
            value={privacy[rule] ?? "everyone"}
            onChange={(audience) => change({ [rule]: audience })}
          />
        ))}
      </Card>
      <Card>
        <Switch
          label={t("receipts")}
          hint={t("receiptsHint")}
          checked={privacy.receipts ?? true}
          onChange={(receipts) => change({ receipts })}
        />
      </Card>
      <Blocked />
    </Section>
  );
}
