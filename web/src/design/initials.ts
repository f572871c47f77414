/** One or two letters that stand for a name on an avatar. */

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function first(word: string): string {
  // Most words are plain, and lists draw hundreds of them.
  if (/^[a-z0-9][\x20-\x7e]*$/i.test(word)) return word[0]!;
  for (const { segment } of letters.segment(word)) return segment;
  return "";
}

/**
 * First letters of the first and the last word that begin with a letter or digit; an emoji stands
 * alone. Scripts that join their letters (Arabic) get one: two would join into a word.
 */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const start = first(words[0] ?? "");
  if (/\p{Extended_Pictographic}/u.test(start)) return start;
  const named = words.filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const one = first(named[0] ?? start).toLocaleUpperCase();
  if (named.length < 2 || /\p{Script=Arabic}/u.test(one)) return one;
  return one + first(named.at(-1)!).toLocaleUpperCase();
}
