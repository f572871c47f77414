import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asked, candidates, completed, mentionedIn } from "./mentioning";

const ADA = { id: "1", handle: "ada", name: "Ada Okafor" };
const BEN = { id: "2", handle: "ben.b", name: "Ben Lindqvist" };
const ZOE = { id: "3", handle: "zo", name: "Zoë Adams" };
const ALL = [BEN, ADA, ZOE];
const HANDLES = new Map(ALL.map((user) => [user.handle, user.id]));

describe("asked", () => {
  it.each([
    ["hi @", 3, ""],
    ["@be", 0, "be"],
    ["(@zoë", 1, "zoë"],
  ])("%s", (text, from, query) => {
    expect(asked(text, text.length)).toEqual({ from, query });
  });

  it.each(["ada@", "@ada ", "@@", "ada", ""])("%j asks for nobody", (text) => {
    expect(asked(text, text.length)).toBeNull();
  });
});

describe("candidates", () => {
  it("are found by handle, name, and parts of the name, in this order", () => {
    expect(candidates(ALL, "ad")).toEqual([ADA, ZOE]);
    expect(candidates(ALL, "ZOE")).toEqual([ZOE]);
    expect(candidates(ALL, "lind")).toEqual([BEN]);
    expect(candidates(ALL, "")).toEqual([ADA, BEN, ZOE]);
    expect(candidates(ALL, "x")).toEqual([]);
  });
});

describe("a mention", () => {
  it("is written out with one space after it", () => {
    expect(completed("hi @be there", { from: 3, query: "be" }, BEN)).toEqual([
      "hi @ben.b there",
      10,
    ]);
    expect(completed("@", { from: 0, query: "" }, ADA)).toEqual(["@ada ", 5]);
  });

  it("counts as a word of its own", () => {
    expect(mentionedIn("@ada, @Ben.b. @ada x@zo @zoo", HANDLES)).toEqual(["1", "2"]);
  });

  it("that was completed is found again, wherever it stands", () => {
    const around = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(around, around, fc.constantFrom(...ALL), (before, after, user) => {
        const text = `${before} @`;
        const at = asked(text, text.length);
        expect(at).not.toBeNull();
        const [written, caret] = completed(text + ` ${after}`, at!, user);
        expect(written.slice(0, caret)).toBe(`${before} @${user.handle} `);
        expect(mentionedIn(written, HANDLES)).toContain(user.id);
      }),
    );
  });
});
