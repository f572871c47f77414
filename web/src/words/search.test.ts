import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, found, lit, terms } from "./search";

function shown(text: string, query: string): string | null {
  const ranges = found(text, terms(query));
  if (!ranges) return null;
  let marked = "";
  let at = 0;
  for (const [from, to] of ranges) {
    marked += `${text.slice(at, from)}[${text.slice(from, to)}]`;
    at = to;
  }
  return marked + text.slice(at);
}

describe("found", () => {
  it.each([
    ["Chloé Martin", "chloe", "[Chloé] Martin"],
    ["Chloe\u0301 Martin", "CHLOÉ m", "[Chloe\u0301] [M]artin"],
    ["Ada Okafor", "oka ad", "[Ad]a [Oka]for"],
    ["Straße 12", "strasse", "[Straße] 12"],
    ["Søren Łukasz", "soren lu", "[Søren] [Łu]kasz"],
    ["إِيمان أحمد", "ايمان", "[إِيمان] أحمد"],
    ["東京の友達", "友", "東京の[友]達"],
    ["İstanbul", "ist", "[İst]anbul"],
    ["TeaRound", "round", "Tea[Round]"],
    ["👩‍🚀 Zoë", "zo", "👩‍🚀 [Zo]ë"],
    ["@ben_l", "@ben", "@[ben]_l"],
  ])("%s by %s", (text, query, marked) => {
    expect(shown(text, query)).toBe(marked);
  });

  it("wants every term, and a single letter at the beginning of a word", () => {
    expect(shown("Ada Okafor", "ada ben")).toBeNull();
    expect(shown("Ada Okafor", "d")).toBeNull();
  });

  it("finds everything by nothing", () => {
    expect(found("Ada", terms("  "))).toEqual([]);
  });

  it("finds every word by itself, whole", () => {
    const word = fc
      .string({ unit: "grapheme", minLength: 2 })
      .filter((it) => /^\S{2,}$/.test(fold(it)));
    fc.assert(
      fc.property(word, (it) => {
        expect(found(it, terms(it))).not.toBeNull();
      }),
    );
  });
});

describe("lit", () => {
  it("lights the terms that are there", () => {
    expect(lit("Ada", ["ada", "tea"])).toEqual([[0, 3]]);
    expect(lit("Ben", ["ada"])).toEqual([]);
  });
});
