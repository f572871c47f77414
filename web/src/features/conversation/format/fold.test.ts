import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "./blocks";
import { beginning, isLong } from "./fold";
import { type Block, words } from "./tree";

const WORDS = "one two three four ";
const MENTIONED = new Map([["ada", "id-ada"]]);

function said(tree: readonly Block[] | null): string[] | undefined {
  return tree?.flatMap((block) => {
    if (block.kind === "code") return [block.text];
    return block.kind === "list" ? block.items.map(words) : [words(block.children)];
  });
}

function begins(text: string): string[] | undefined {
  return said(beginning(format(text, MENTIONED)));
}

describe("what is long", () => {
  it.each([
    ["a".repeat(1000), false],
    ["a".repeat(1001), true],
    ["a\n".repeat(19), false],
    ["a\n".repeat(20), true],
  ])("%#", (text, long) => expect(isLong(text)).toBe(long));
});

describe("the beginning of a message", () => {
  it("ends with a word", () => {
    expect(begins(WORDS.repeat(60))).toEqual([`${WORDS.repeat(36)}one two three…`]);
  });

  it("has 15 lines, whatever they are", () => {
    const lines = Array.from({ length: 30 }, (_, line) => `line ${line}`);
    expect(begins(lines.join("\n"))).toEqual([`${lines.slice(0, 15).join("\n")}…`]);
    expect(begins(`- ${lines.join("\n- ")}`)).toEqual(lines.slice(0, 15));
    expect(begins(`\`\`\`\n${lines.join("\n")}\n\`\`\``)).toEqual([
      `${lines.slice(0, 15).join("\n")}…`,
    ]);
    const quoted = [`> ${lines[0]!}`, ...lines.slice(1)].join("\n");
    expect(begins(quoted)).toEqual([lines[0], `${lines.slice(1, 15).join("\n")}…`]);
    expect(begins("\n".repeat(900))).toEqual([`${"\n".repeat(14)}…`]);
  });

  it("keeps the look of what it cuts", () => {
    const [block] = beginning(format(`*_${WORDS.repeat(60).trim()}_*`))!;
    expect(block).toEqual({
      kind: "paragraph",
      children: [
        {
          kind: "bold",
          children: [
            {
              kind: "italic",
              children: [{ kind: "text", text: `${WORDS.repeat(36)}one two three…` }],
            },
          ],
        },
      ],
    });
  });

  it("shows no part of an address or a name", () => {
    const before = "a".repeat(650);
    const address = `https://example.org/${"b".repeat(400)}`;
    expect(begins(`${before} ${address}`)).toEqual([`${before} …`]);
    expect(begins(`${"a".repeat(698)} @ada`)).toEqual([`${"a".repeat(698)} …`]);
    expect(begins(`${address}${"b".repeat(400)} ${before}`)).toEqual([
      `${address}${"b".repeat(400)}…`,
    ]);
  });

  it("cuts no character in two", () => {
    const family = "👨‍👩‍👧‍👦";
    expect(begins(family.repeat(120))).toEqual([`${family.repeat(63)}…`]);
  });

  it("is null where nothing is left for later", () => {
    expect(begins("short")).toBeUndefined();
    expect(begins("*a* ".repeat(340).trim())).toBeUndefined();
  });

  it("is a beginning, and never much", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 300 }),
      fc.constantFrom("\n", "> ", "- ", "```\n", "*", "@ada ", "https://example.org/ ", WORDS),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const blocks = format(pieces.join(""), MENTIONED);
        const some = said(beginning(blocks))?.join("");
        if (some === undefined) return;
        expect(some.length).toBeLessThanOrEqual(700 + 15);
        const whole = said(blocks)!.join("").replace(/\s/g, "");
        expect(whole.startsWith(some.replace(/\s|…$/g, ""))).toBe(true);
      }),
    );
  });
});
