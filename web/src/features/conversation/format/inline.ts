/**
 * One line of a message: marks, code, addresses, mentions. A mark counts only at the edge of a
 * word, as in WhatsApp: `snake_case` and `2*3*4` stay what they are. One pass with a stack, so
 * that the time grows with the length alone.
 */
import type { Id } from "@/wire/types";
import { links } from "@/words/links";
import type { Inline } from "./tree";

/** handle -> user, of those who are mentioned. */
export type Mentioned = ReadonlyMap<string, Id>;

/** The parts of `line`, which holds no line feed. */
export function inline(line: string, mentioned: Mentioned): Inline[] {
  const code = codeSpans(line);
  const open = blanked(line, code);
  const named = mentions(open, mentioned);
  return marked(line, ordered([...code, ...named, ...links(open)]));
}

/** A part that stands in the line at [from, to), and in which no marks are looked for. */
interface Atom {
  readonly from: number;
  readonly to: number;
  readonly part: Inline;
}

/** ```code``` and `code`, as far as they close again in the line and hold something. */
export function codeSpans(line: string): Atom[] {
  const spans: Atom[] = [];
  for (let at = line.indexOf("`"); at >= 0;) {
    const fence = line.startsWith("```", at) ? "```" : "`";
    const end = line.indexOf(fence, at + fence.length);
    const to = end < 0 ? at + fence.length : end + fence.length;
    const text = end < 0 ? "" : line.slice(at + fence.length, end);
    if (text.trim() !== "") spans.push({ from: at, to, part: { kind: "code", text } });
    at = line.indexOf("`", to);
  }
  return spans;
}

/** The line with nothing but spaces where the atoms are. */
function blanked(line: string, atoms: readonly Atom[]): string {
  let blank = "";
  for (const { from, to } of atoms) {
    blank += line.slice(blank.length, from) + " ".repeat(to - from);
  }
  return blank + line.slice(blank.length);
}

function mentions(line: string, mentioned: Mentioned): Atom[] {
  if (mentioned.size === 0) return [];
  const found: Atom[] = [];
  for (const match of line.matchAll(/(?<![\p{L}\p{N}_@.])@([a-z0-9][a-z0-9._]*)/giu)) {
    const handle = match[1]!.replace(/\.+$/, "");
    const user = mentioned.get(handle.toLowerCase());
    if (user === undefined) continue;
    const to = match.index + 1 + handle.length;
    found.push({ from: match.index, to, part: { kind: "mention", text: `@${handle}`, user } });
  }
  return found;
}

/** By place; of two that overlap, the one that begins first stays. */
function ordered(atoms: readonly Atom[]): Atom[] {
  let done = 0;
  return [...atoms]
    .sort((one, other) => one.from - other.from || other.to - one.to)
    .filter(({ from, to }) => {
      if (from < done) return false;
      done = to;
      return true;
    });
}

const MARKS = { "*": "bold", _: "italic", "~": "strike" } as const;
type Mark = keyof typeof MARKS;

interface Level {
  /** What opened it; none for the line itself. */
  readonly mark: Mark | null;
  readonly children: Inline[];
}

function marked(line: string, atoms: readonly Atom[]): Inline[] {
  const levels: Level[] = [{ mark: null, children: [] }];
  const say = (text: string): void => append(levels.at(-1)!.children, text);
  let done = 0;
  const turn = (at: number, mark: Mark): void => {
    const [opens, closes] = edges(line, at);
    const isOpen = levels.some((level) => level.mark === mark);
    if (closes && isOpen) {
      say(line.slice(done, at));
      close(levels, mark);
    } else if (opens && !isOpen) {
      say(line.slice(done, at));
      levels.push({ mark, children: [] });
    } else return;
    done = at + 1;
  };
  let next = 0;
  for (let at = 0; at < line.length; at++) {
    const atom = atoms[next];
    if (atom?.from === at) {
      say(line.slice(done, at));
      levels.at(-1)!.children.push(atom.part);
      next++;
      done = atom.to;
      at = atom.to - 1;
    } else if (line.charAt(at) in MARKS) turn(at, line.charAt(at) as Mark);
  }
  say(line.slice(done));
  while (levels.length > 1) unwrap(levels);
  return levels[0]!.children;
}

/** End the level of `mark`; what was opened inside it and never closed is text. */
function close(levels: Level[], mark: Mark): void {
  while (levels.at(-1)!.mark !== mark) unwrap(levels);
  const { children } = levels.pop()!;
  levels.at(-1)!.children.push({ kind: MARKS[mark], children });
}

/** The innermost mark was none: it and what follows belong to the level around it. */
function unwrap(levels: Level[]): void {
  const { mark, children } = levels.pop()!;
  const around = levels.at(-1)!.children;
  append(around, mark ?? "");
  for (const child of children) {
    if (child.kind === "text") append(around, child.text);
    else around.push(child);
  }
}

function append(children: Inline[], text: string): void {
  if (text === "") return;
  const last = children.at(-1);
  if (last?.kind === "text")
    children[children.length - 1] = { kind: "text", text: last.text + text };
  else children.push({ kind: "text", text });
}

const WORD = /[\p{L}\p{N}\p{M}]$/u;
const WORD_FIRST = /^[\p{L}\p{N}\p{M}]/u;

/** Whether the mark at `at` may open, and close. Doubled marks do neither. */
function edges(line: string, at: number): readonly [boolean, boolean] {
  const mark = line.charAt(at);
  const before = line.slice(Math.max(0, at - 2), at);
  const after = line.slice(at + 1, at + 3);
  if (before.endsWith(mark) || after.startsWith(mark)) return [false, false];
  const opens = after !== "" && !/^\s/u.test(after) && !WORD.test(before);
  const closes = before !== "" && !/\s$/u.test(before) && !WORD_FIRST.test(after);
  return [opens, closes];
}
