import { RadioGroup } from "@/design";
import { client, useChinwag } from "@/state";
import { LANGUAGES, browserLanguage, useWords } from "@/words";
import { Card, Section } from "./Section";

/** The language of the page on this device. */
export function LanguageChoice() {
  const t = useWords("settings");
  const language = useChinwag((state) => state.preferences.language);
  const options = [
    { value: "", label: t("languageBrowser", { language: LANGUAGES[browserLanguage()] }) },
    ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label })),
  ];
  return (
    <Section title={t("language")}>
      <Card>
        <RadioGroup
          label={t("language")}
          options={options}
          value={language}
          onChange={(chosen) => client.prefer({ language: chosen })}
        />
      </Card>
    </Section>
  );
}
