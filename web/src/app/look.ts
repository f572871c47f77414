/** Theme, contrast, motion and language on the root of the page. */
import type { Preferences } from "@/state";
import { direction, type Language } from "@/words";

/** Attributes of the root element; null = absent. */
export type Look = Readonly<Record<string, string | null>>;

const KEY = "chinwag.look";

const WISHES = {
  contrast: "(prefers-contrast: more)",
  motion: "(prefers-reduced-motion: reduce)",
} as const;

type Wants = (query: string) => boolean;

/** `wants` answers a media query: what the system asks for where the person asks for nothing. */
export function lookOf(
  preferences: Pick<Preferences, "theme" | "contrast" | "motion">,
  language: Language,
  wants: Wants,
): Look {
  const { theme, contrast, motion } = preferences;
  return {
    "data-theme": theme === "system" ? null : theme,
    "data-contrast": contrast === "more" || wants(WISHES.contrast) ? "more" : null,
    "data-motion": motion === "less" || wants(WISHES.motion) ? "less" : null,
    lang: language,
    dir: direction(language),
  };
}

/** Put it on the page, and keep it for the next first paint. */
export function wear(look: Look): void {
  for (const [name, value] of Object.entries(look)) {
    if (value === null) document.documentElement.removeAttribute(name);
    else document.documentElement.setAttribute(name, value);
  }
  const { backgroundColor } = getComputedStyle(document.body);
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", backgroundColor);
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // Full or forbidden storage: the next first paint looks as the system does.
  }
}

/** The language of the last visit, "" for none: the preference itself is known only later. */
export function lastLanguage(): string {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const lang = kept && typeof kept === "object" && "lang" in kept ? kept.lang : "";
    return typeof lang === "string" ? lang : "";
  } catch {
    return "";
  }
}

/** `changed` is called when the system's wishes change, until the returned function is called. */
export function onWish(changed: () => void): () => void {
  const lists = [...Object.values(WISHES), "(prefers-color-scheme: dark)"].map((q) =>
    matchMedia(q),
  );
  for (const list of lists) list.addEventListener("change", changed);
  return () => {
    for (const list of lists) list.removeEventListener("change", changed);
  };
}
