/**
 * Finding names the way people type them: without case, accents or order of words. "okafor a"
 * finds "Ada Ọkáfọ̀r", and says which letters to light up.
 */

/** Part [from, to) of a text, in UTF-16 units. */
export type Range = readonly [from: number, to: number];

// Letters that Unicode does not take apart into a plain one and a mark.
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ى: "ي",
  ة: "ه",
  ـ: "",
};
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const WORD = /[\p{L}\p{N}]/u;

interface Folded {
  readonly text: string;
  /** Where each unit of `text` came from, and the end. */
  readonly from: readonly number[];
}

/** `text` without case, accents and marks. */
export function fold(text: string): string {
  return folded(text).text;
}

/** The words of a query, folded; a leading @ stands for nothing. */
export function terms(query: string): readonly string[] {
  return fold(query.replace(/(^|\s)@/g, "$1"))
    .split(/\s+/)
    .filter(Boolean);
}

/**
 * Where the terms stand in `text`; null unless each does. A single letter has to begin a word;
 * longer terms may stand anywhere.
 */
export function found(text: string, wanted: readonly string[]): readonly Range[] | null {
  const { text: plain, from } = folded(text);
  const ranges: Range[] = [];
  for (const term of wanted) {
    const at = place(plain, term);
    if (at < 0) return null;
    ranges.push([from[at]!, from[at + term.length]!]);
  }
  return merged(ranges);
}

/** As `found`, but where only some terms stand in `text`, those. For lighting up. */
export function lit(text: string, wanted: readonly string[]): readonly Range[] {
  return merged(wanted.flatMap((term) => found(text, [term]) ?? []));
}

function place(plain: string, term: string): number {
  const atWord = startOfWord(plain, term);
  if (atWord >= 0 || (term.length === 1 && !SPACELESS.test(term))) return atWord;
  return plain.indexOf(term);
}

function startOfWord(plain: string, term: string): number {
  for (let at = plain.indexOf(term); at >= 0; at = plain.indexOf(term, at + 1)) {
    if (at === 0 || !WORD.test(plain[at - 1]!)) return at;
  }
  return -1;
}

// The same names are looked through with every key that is pressed.
const remembered = new Map<string, Folded>();
const MOST_REMEMBERED = 5_000;
// eslint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

function folded(text: string): Folded {
  const known = remembered.get(text);
  if (known) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const made = ASCII.test(text) ? lowered(text) : takenApart(text);
  remembered.set(text, made);
  return made;
}

function lowered(text: string): Folded {
  return { text: text.toLowerCase(), from: Array.from({ length: text.length + 1 }, (_, at) => at) };
}

function takenApart(text: string): Folded {
  const from: number[] = [];
  let plain = "";
  let at = 0;
  for (const char of text) {
    const bare = char.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\p{M}/gu, "");
    for (const letter of bare) {
      const kept = PLAIN[letter] ?? letter;
      for (let unit = 0; unit < kept.length; unit += 1) from.push(at);
      plain += kept;
    }
    at += char.length;
  }
  from.push(text.length);
  return { text: plain, from };
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const sorted = [...ranges].sort((one, other) => one[0] - other[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
