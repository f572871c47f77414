/** Messages of nothing but emoji, which are shown large. */

const MOST = 3;
/** Longer than any three emoji: families of four with skin tones take some 40 code units each. */
const LONGEST = 160;
const PICTURE =
  /^(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)/u;

let graphemes: Intl.Segmenter | undefined;

/** How many emoji the text is (1 to 3) if it is nothing else, or 0. */
export function onlyEmoji(text: string): 0 | 1 | 2 | 3 {
  if (text.length > LONGEST || !/^[\p{Emoji}\s]/u.test(text)) return 0;
  graphemes ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  let count = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (segment.trim() === "") continue;
    if (!PICTURE.test(segment) || ++count > MOST) return 0;
  }
  return count as 0 | 1 | 2 | 3;
}
