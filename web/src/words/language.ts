/** Which language the page speaks, and how it is written. */
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Namespace } from "./keys";

/** What we have words for, by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch", ar: "العربية" } as const;

export type Language = keyof typeof LANGUAGES;

type Catalogue = Readonly<Record<string, Record<string, string>>>;

const CATALOGUES: Readonly<Record<Language, () => Promise<{ default: Catalogue }>>> = {
  en: () => import("./en"),
  de: () => import("./de"),
  ar: () => import("./ar"),
};

const FALLBACK: Language = "en";

function known(tag: string): Language | undefined {
  const base = tag.split("-")[0]!.toLowerCase();
  return base in LANGUAGES ? (base as Language) : undefined;
}

/** The language for a preference ("" = none) and a browser's list, best first. */
export function choose(preferred: string, browser: readonly string[]): Language {
  for (const tag of [preferred, ...browser]) {
    const language = known(tag);
    if (language) return language;
  }
  return FALLBACK;
}

/**
 * How dates and numbers are written: the reader's own variety of the page's language (en-GB, de-AT)
 * if the browser names one.
 */
export function locale(): string {
  const language = i18next.language || FALLBACK;
  return navigator.languages.find((tag) => known(tag) === language) ?? language;
}

export function direction(language: string): "ltr" | "rtl" {
  return language.startsWith("ar") ? "rtl" : "ltr";
}

/** The words of a namespace, for a component: re-renders when the language changes. */
export function useWords<N extends Namespace>(namespace: N) {
  return useTranslation(namespace).t;
}

/** The language of the page, for a component. */
export function useLanguage(): Language {
  return choose(useTranslation().i18n.language, []);
}

/** The browser's language, of those that we have. */
export function browserLanguage(): Language {
  return choose("", navigator.languages);
}

/** Speak this language ("" = the browser's) from here on. Resolves when its words are there. */
export async function speak(preferred: string): Promise<Language> {
  const language = choose(preferred, navigator.languages);
  await load(language);
  if (i18next.language !== language) await i18next.changeLanguage(language);
  return language;
}

/** Have the words of this language at hand, and speak it if none is spoken yet. */
export async function load(language: Language): Promise<void> {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      fallbackLng: FALLBACK,
      resources: {},
      defaultNS: "app",
      // Keys may have an underscore in them: codes of errors do.
      contextSeparator: "~",
      interpolation: { escapeValue: false },
      react: { useSuspense: false, bindI18nStore: false },
    });
  }
  if (i18next.hasResourceBundle(language, "app")) return;
  const { default: files } = await CATALOGUES[language]();
  for (const [file, texts] of Object.entries(files)) {
    i18next.addResourceBundle(language, file.slice(2, -5), texts);
  }
}
