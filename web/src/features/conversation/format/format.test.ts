import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { format } from "./blocks";
import { onlyEmoji } from "./emoji";
import { type Block, type Inline, words } from "./tree";

const MENTIONED = new Map([
  ["ada", "id-ada"],
  ["ben.b", "id-ben"],
]);

/** A short notation of the tree, to read the expectations by. */
function sketch(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      if (part.kind === "text") return part.text;
      if ("children" in part) return `<${part.kind} ${sketch(part.children)}>`;
      if (part.kind === "link") return `<link ${part.shown} ${part.href}>`;
      if (part.kind === "mention") return `<mention ${part.user}>`;
      return `<code ${part.text}>`;
    })
    .join("");
}

function blocks(text: string): string[] {
  return format(text, MENTIONED).map((block) => {
    if (block.kind === "code") return `code: ${block.text}`;
    if (block.kind !== "list") return `${block.kind}: ${sketch(block.children)}`;
    return `list ${block.start ?? "-"}: ${block.items.map(sketch).join(" | ")}`;
  });
}

function line(text: string): string {
  const [block, ...others] = format(text, MENTIONED);
  expect(others).toEqual([]);
  expect(block?.kind).toBe("paragraph");
  return block?.kind === "paragraph" ? sketch(block.children) : "";
}

function said(tree: readonly Block[]): string {
  return tree
    .map((block) => {
      if (block.kind === "code") return block.text;
      return block.kind === "list" ? block.items.map(words).join("") : words(block.children);
    })
    .join("");
}

describe("marks", () => {
  it.each([
    ["*bold* _italic_ ~gone~", "<bold bold> <italic italic> <strike gone>"],
    ["_*both*_ and *_~all~_*", "<italic <bold both>> and <bold <italic <strike all>>>"],
    ["(*edge*), *edge*!", "(<bold edge>), <bold edge>!"],
    ["*two words*", "<bold two words>"],
    ["*grün*, *日本*", "<bold grün>, <bold 日本>"],
    ["*a * b*", "<bold a * b>"],
    ["*a `b*` c*", "<bold a <code b*> c>"],
  ])("%s", (text, tree) => expect(line(text)).toBe(tree));

  it.each([
    "snake_case_name and 2*3*4",
    "a * not* and *not * and *",
    "**doubled** __marks__ ~~stay~~",
    "a*b*",
    "*a*b",
    "*over\nlines*",
    "_open only",
    "*crossed _over* there",
    "``` ``` and `` and ` `",
  ])("%s stays as it is, or keeps every word", (text) => {
    expect(said(format(text)).replace(/[*_]/g, "")).toBe(text.replace(/[*_]/g, ""));
  });

  it("of crossing marks takes the one that closes first", () => {
    expect(line("*a _b* c_")).toBe("<bold a _b> c_");
  });

  it("leaves words with marks inside alone", () => {
    expect(line("snake_case_name, 2*3*4, a*b*")).toBe("snake_case_name, 2*3*4, a*b*");
  });
});

describe("code", () => {
  it("holds no other marks", () => {
    expect(line("run `make *all*` now")).toBe("run <code make *all*> now");
    expect(line("a ```b ` c``` d")).toBe("a <code b ` c> d");
  });

  it("is a block over lines, or alone on a line", () => {
    expect(blocks("see:\n```\nif x:\n  y()\n```\ndone")).toEqual([
      "paragraph: see:",
      "code: if x:\n  y()",
      "paragraph: done",
    ]);
    expect(blocks("```one```")).toEqual(["code: one"]);
    expect(blocks("```open\nonly")).toEqual(["paragraph: ```open\nonly"]);
  });
});

describe("blocks", () => {
  it("quotes", () => {
    expect(blocks("> a *b*\n> c\nd")).toEqual(["quote: a <bold b>\nc", "paragraph: d"]);
    expect(blocks(">")).toEqual(["paragraph: >"]);
  });

  it("lists", () => {
    expect(blocks("buy\n- milk\n* tea\n3. one\n4. two\n")).toEqual([
      "paragraph: buy",
      "list -: milk | tea",
      "list 3: one | two",
      "paragraph: ",
    ]);
    expect(blocks("-no\n1.no\n- ")).toEqual(["paragraph: -no\n1.no\n- "]);
  });

  it("keep white space", () => expect(line("  a\n\n\n b  ")).toBe("  a\n\n\n b  "));
});

describe("addresses", () => {
  it.each([
    [
      "see https://example.org/a_b_c.",
      "see <link https://example.org/a_b_c https://example.org/a_b_c>.",
    ],
    ["*https://example.org*", "<bold <link https://example.org https://example.org/>>"],
    ["example.org/x", "<link example.org/x https://example.org/x>"],
    ["(http://example.org)", "(<link http://example.org http://example.org/>)"],
    ["ada@example.org", "<link ada@example.org mailto:ada@example.org>"],
    ["www.names.rs", "<link www.names.rs https://www.names.rs/>"],
    ["`https://example.org`", "<code https://example.org>"],
  ])("%s", (text, tree) => expect(line(text)).toBe(tree));

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://example.org",
    "//example.org",
    "vbscript:x file:///etc/passwd",
    "main.py run.sh README.md",
    "Good.Then 2.de",
  ])("%s leads nowhere", (text) => expect(line(text)).not.toContain("<link"));

  it.each([
    ["https://аррӏе.com/x", "https://xn--80ak6aa92e.com/x"],
    ["https://pаypal.com", "https://xn--pypal-4ve.com"],
    ["https://münchen.de", "https://münchen.de"],
    ["https://яндекс.рф/", "https://яндекс.рф/"],
    ["https://日本語.jp", "https://日本語.jp"],
  ])("%s is shown as %s", (text, shown) => {
    expect(line(text)).toMatch(`<link ${shown} `);
  });

  it("shows what is invisible in an address", () => {
    expect(line("https://example.org/a\u202Egpj.exe")).not.toMatch(/<link [^ ]*\u202E/);
  });

  it("does not lead to a place that hides behind a name before an @", () => {
    expect(line("https://bank.example@evil.example/x")).not.toMatch(/https:\/\/[^ >]*@/);
  });
});

describe("mentions", () => {
  it("are those of the members mentioned", () => {
    expect(line("@ada and @Ben.b. and @eve")).toBe(
      "<mention id-ada> and <mention id-ben>. and @eve",
    );
    expect(line("x@ada mail@ben.b")).not.toContain("<mention");
    expect(line("*@ada*")).toBe("<bold <mention id-ada>>");
  });
});

describe("emoji alone", () => {
  it.each([
    ["🎉", 1],
    ["👩‍👩‍👧‍👦 👋🏽", 2],
    ["🇩🇪❤️1️⃣", 3],
    ["😀😀😀😀", 0],
    ["ok 👍", 0],
    ["123", 0],
    ["©", 0],
    ["", 0],
    ["  ", 0],
  ])("%s: %i", (text, count) => expect(onlyEmoji(text)).toBe(count));
});

describe("any text", () => {
  const markless = fc
    .string({ unit: "grapheme", maxLength: 300 })
    .map((text) => text.replace(/[*_~`>\d:.@-]/gu, ""));
  const marky = fc
    .array(
      fc.constantFrom(..."*_~` \n>-1.@a:/é👍".split(/(?:)/u), "```", "https://", "x.de", "@ada"),
      {
        maxLength: 200,
      },
    )
    .map((parts) => parts.join(""));

  it("without marks comes back as it was", () => {
    fc.assert(
      fc.property(markless, (text) => {
        expect(said(format(text))).toBe(text);
      }),
    );
  });

  it("keeps its words in their order and invents none", () => {
    fc.assert(
      fc.property(fc.oneof(marky, fc.string({ unit: "binary" })), (text) => {
        let at = 0;
        for (const char of said(format(text, MENTIONED))) {
          const next = text.indexOf(char, at);
          expect(next).toBeGreaterThanOrEqual(at);
          at = next + char.length;
        }
        const bare = (some: string): string => some.replace(/[*_~`>\s\d.-]/g, "");
        expect(bare(said(format(text, MENTIONED)))).toBe(bare(text));
      }),
      { numRuns: 500 },
    );
  });

  it("leads only to http, https and mailto", () => {
    const schemes = fc.constantFrom(
      "javascript:",
      "data:",
      "http://",
      "//",
      "mailto:",
      "blob:",
      "",
    );
    const texts = fc.tuple(schemes, fc.webUrl(), marky).map((parts) => parts.join(""));
    const check = (parts: readonly Inline[]): void => {
      for (const part of parts) {
        if ("children" in part) check(part.children);
        if (part.kind === "link") expect(part.href).toMatch(/^(https?:\/\/|mailto:)/);
      }
    };
    fc.assert(
      fc.property(texts, (text) => {
        for (const block of format(text)) if ("children" in block) check(block.children);
      }),
    );
  });

  it("nests no deeper than there are kinds of marks", () => {
    const depth = (parts: readonly Inline[]): number =>
      Math.max(0, ...parts.map((part) => ("children" in part ? 1 + depth(part.children) : 0)));
    const [block] = format("*_~".repeat(100) + "a" + "~_*".repeat(100));
    expect(block && "children" in block ? depth(block.children) : 9).toBeLessThanOrEqual(3);
  });

  it.each([
    "*a ",
    "_*~",
    " *a",
    "`",
    "```",
    "`a ",
    "@ada",
    "http://",
    "a.b",
    "x@y.",
    "a@",
    "> ",
    "\n- ",
    "(",
    "[http://a.de/(",
    "👩‍",
    "\u0301",
    "https://a.de/x_",
    "-",
    "www.",
  ])("of 10,000 bytes of %j comes to an end", (piece) => {
    const text = piece.repeat(Math.floor(10_000 / piece.length));
    expect(format(text, MENTIONED)).not.toHaveLength(0);
    expect(onlyEmoji(text)).toBe(0);
  });
});
