/** A message's text as blocks: code, quotes, lists, and paragraphs with their white space. */
import { inline, type Mentioned } from "./inline";
import type { Block, Inline } from "./tree";

const NOBODY: Mentioned = new Map();

/** The whole text. Line feeds inside a block are kept; those between two blocks are not. */
export function format(text: string, mentioned: Mentioned = NOBODY): Block[] {
  const blocks: Block[] = [];
  let done = 0;
  for (const fence of fences(text)) {
    blocks.push(...ofLines(text.slice(done, fence.from).replace(/\n$/, ""), mentioned));
    blocks.push({ kind: "code", text: fence.text });
    done = fence.to;
  }
  const rest = text.slice(done);
  blocks.push(...ofLines(done > 0 ? rest.replace(/^\n/, "") : rest, mentioned));
  return blocks;
}

/** ```…``` over several lines, or alone on its line; all others are code inside a line. */
function* fences(text: string): Generator<{ from: number; to: number; text: string }> {
  let at = text.indexOf("```");
  while (at >= 0) {
    const end = text.indexOf("```", at + 3);
    if (end < 0) return;
    const inside = text.slice(at + 3, end);
    const alone = /(?:^|\n)$/.test(text.slice(Math.max(0, at - 1), at)) && endsLine(text, end + 3);
    if (inside.trim() !== "" && (alone || inside.includes("\n"))) {
      yield { from: at, to: end + 3, text: inside.replace(/^ *\n/, "").replace(/\n *$/, "") };
    }
    at = text.indexOf("```", end + 3);
  }
}

function endsLine(text: string, at: number): boolean {
  return at === text.length || text.charAt(at) === "\n";
}

type Line =
  | { readonly kind: "paragraph" | "quote" | "points"; readonly text: string }
  | { readonly kind: "numbers"; readonly text: string; readonly number: number };

function ofLines(text: string, mentioned: Mentioned): Block[] {
  if (text === "") return [];
  const blocks: Block[] = [];
  let run: Line[] = [];
  for (const line of text.split("\n").map(lineOf)) {
    if (run.length > 0 && run[0]!.kind !== line.kind) {
      blocks.push(block(run, mentioned));
      run = [];
    }
    run.push(line);
  }
  blocks.push(block(run, mentioned));
  return blocks;
}

function lineOf(line: string): Line {
  const [, sign, rest = ""] = /^(> ?|[-*] |\d{1,3}\. )(.*)$/s.exec(line) ?? [];
  if (sign === undefined || rest.trim() === "") return { kind: "paragraph", text: line };
  if (sign.startsWith(">")) return { kind: "quote", text: rest };
  if (sign === "- " || sign === "* ") return { kind: "points", text: rest };
  return { kind: "numbers", text: rest, number: Number.parseInt(sign, 10) };
}

function block(run: readonly Line[], mentioned: Mentioned): Block {
  const first = run[0]!;
  const lines = run.map((line) => inline(line.text, mentioned));
  if (first.kind === "points") return { kind: "list", start: null, items: lines };
  if (first.kind === "numbers") return { kind: "list", start: first.number, items: lines };
  return { kind: first.kind, children: joined(lines) };
}

/** Lines with their line feeds as parts of the text. */
function joined(lines: readonly Inline[][]): Inline[] {
  return lines.flatMap((line, index) =>
    index === 0 ? line : [{ kind: "text", text: "\n" } as const, ...line],
  );
}
