/** The few words that notifications need, without the page's machinery for words. */
import type { Say } from "@/features/alerts/notice";
import ar from "@/words/ar/alerts.json";
import de from "@/words/de/alerts.json";
import en from "@/words/en/alerts.json";

const CATALOGUES: Readonly<Record<string, Readonly<Record<string, string>>>> = { ar, de, en };

/** Says things in the language of a tag, or in English. */
export function saying(tag: string): Say {
  const language = tag.split("-")[0]!.toLowerCase();
  const spoken = language in CATALOGUES ? language : "en";
  const texts = CATALOGUES[spoken]!;
  const forms = new Intl.PluralRules(spoken);
  return (key, values = {}) => {
    const { count } = values;
    const form = typeof count === "number" ? `${key}_${forms.select(count)}` : key;
    const text = texts[form] ?? texts[`${key}_other`] ?? key;
    return text.replaceAll(/{{(\w+)}}/g, (hole, name: string) => String(values[name] ?? hole));
  };
}
