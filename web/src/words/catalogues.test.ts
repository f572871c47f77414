import { describe, expect, it } from "vitest";
import { ERRORS } from "@/wire/types";
import ar from "./ar";
import de from "./de";
import en from "./en";

const CATALOGUES = { en, de, ar } as const;
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Keys without their plural endings, and the holes that each text leaves to be filled. */
function shape(texts: Record<string, string>): Map<string, Set<string>> {
  const made = new Map<string, Set<string>>();
  for (const [key, text] of Object.entries(texts)) {
    const holes = made.get(key.replace(PLURAL, "")) ?? new Set<string>();
    for (const [, name] of text.matchAll(/{{\s*(\w+)/g)) holes.add(name!);
    made.set(key.replace(PLURAL, ""), holes);
  }
  return made;
}

describe.each(["de", "ar"] as const)("the words in %s", (language) => {
  it("come in the same namespaces as the English ones", () => {
    expect(Object.keys(CATALOGUES[language]).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en))("have every key of %s, with the same holes", (file) => {
    expect(shape(CATALOGUES[language][file]!)).toEqual(shape(en[file]!));
  });
});

describe.each(["en", "de", "ar"] as const)("the words in %s", (language) => {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;

  it("have every plural form that the language knows", () => {
    for (const [file, texts] of Object.entries(CATALOGUES[language])) {
      const counted = Object.keys(texts).filter((key) => PLURAL.test(key));
      for (const stem of new Set(counted.map((key) => key.replace(PLURAL, "")))) {
        for (const form of forms)
          expect(texts, `${file} ${stem}`).toHaveProperty(`${stem}_${form}`);
      }
    }
  });

  it("say something for every error", () => {
    for (const code of [...Object.keys(ERRORS), "offline"]) {
      expect(CATALOGUES[language]["./errors.json"]?.[code], code).toMatch(/\S{3}/);
    }
  });

  it("shout nowhere", () => {
    const all = Object.values(CATALOGUES[language]).flatMap((texts) => Object.values(texts));
    expect(all.filter((text) => text.includes("!"))).toEqual([]);
  });
});
