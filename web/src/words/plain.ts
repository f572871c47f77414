/** Texts of others on one line: without formatting marks, and unable to disturb what is around. */

// As in the bubbles: a mark counts only at the edge of a word, so that `snake_case` stays.
const MARKED =
  /```([\s\S]+?)```|`([^`\n]+)`|(?<![\p{L}\p{N}_*])\*(?=[^\s*])([^*\n]*)(?<=\S)\*(?![\p{L}\p{N}_*])|(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]*)(?<=\S)_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_~])~(?=[^\s~])([^~\n]*)(?<=\S)~(?![\p{L}\p{N}_~])|https?:\/\/\S+/gu;
// Control characters, and what turns the direction or hides: Unicode TR 36 section 2.5.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;
const RTL = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LTR = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hangul}]/u;

/** `text` on one line of at most `limit` UTF-16 units, never cut inside a character. */
export function oneLine(text: string, limit = 200): string {
  const line = text
    .slice(0, limit * 4)
    .replace(/\s+/g, " ")
    .replace(UNSEEN, "")
    .trim();
  if (line.length <= limit) return line;
  const cut = line.slice(0, limit - 1);
  return `${cut.replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}

/** A message's text as it stands in a preview: one line, `*bold*` and its like without marks. */
export function withoutMarks(text: string, limit = 200): string {
  return oneLine(strip(text.slice(0, limit * 4), 3), limit);
}

function strip(text: string, depth: number): string {
  if (depth === 0) return text;
  return text.replace(
    MARKED,
    (all: string, block?: string, code?: string, bold?: string, italic?: string, gone?: string) => {
      const inner = bold ?? italic ?? gone;
      return inner === undefined ? (block ?? code ?? all) : strip(inner, depth - 1);
    },
  );
}

/**
 * A name, to be set into a sentence: where it is of the other direction than the sentence
 * (`rtl`), it is isolated, so that it cannot shuffle the words around it.
 */
export function isolated(name: string, rtl: boolean): string {
  return (rtl ? LTR : RTL).test(name) ? `\u2068${name}\u2069` : name;
}
