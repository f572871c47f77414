import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, room, split } from "./text";

const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe("clean", () => {
  it("drops what the server refuses, and blank ends", () => {
    expect(clean("\n a\0b\r\nc\ud800 ")).toBe("ab\nc\ufffd");
  });
});

describe("room", () => {
  it("counts bytes, not characters", () => {
    expect(room("")).toBe(10_000);
    expect(room("ü".repeat(5000))).toBe(0);
    expect(room("👋🏽".repeat(1251))).toBe(-8);
  });
});

describe("split", () => {
  it("parts at paragraphs, lines, sentences, words, in this order", () => {
    expect(split("one two\n\nthree four", 12)).toEqual(["one two", "three four"]);
    expect(split("one two\nthree four", 12)).toEqual(["one two", "three four"]);
    expect(split("One two. Three four", 12)).toEqual(["One two.", "Three four"]);
    expect(split("one two three", 9)).toEqual(["one two", "three"]);
    expect(split("a bbbbbbbbbbbb", 8)).toEqual(["a bbbbbb", "bbbbbb"]);
  });

  it("leaves characters whole", () => {
    expect(split("👋🏽👋🏽👋🏽", 20)).toEqual(["👋🏽👋🏽", "👋🏽"]);
  });

  it("keeps every word in messages that fit", () => {
    const texts = fc.string({ unit: "grapheme", maxLength: 400 }).map(clean);
    fc.assert(
      fc.property(texts, fc.integer({ min: 40, max: 200 }), (text, limit) => {
        const pieces = split(text, limit);
        for (const piece of pieces) expect(bytes(piece)).toBeLessThanOrEqual(limit);
        const bare = (some: string): string => some.replace(/\s/gu, "");
        expect(bare(pieces.join(""))).toBe(bare(text));
        for (const piece of pieces) expect(piece.trim()).not.toBe("");
      }),
    );
  });
});
