/** What may be sent: text without what the server refuses, in pieces that it takes. */
import { LIMITS } from "@/wire/types";

const encoder = new TextEncoder();

/** The text as it is sent: no NUL, no half characters, line feeds alone, no blank ends. */
export function clean(text: string): string {
  return text
    .replaceAll("\0", "")
    .replace(/\r\n?/g, "\n")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .trim();
}

/** Bytes that may still be written; below 0, it is too long. */
export function room(text: string): number {
  return LIMITS.TEXT_BYTES - encoder.encode(text).length;
}

/** Where `split` likes to part a text, best first. */
const JOINTS = [/\n\s*\n/g, /\n/g, /(?<=[.!?…。！？؟])\s+/g, /\s+/g];

/**
 * A `clean` text in messages of at most `limit` bytes: parted between paragraphs, lines,
 * sentences or words, as far as that leaves no message less than half full.
 */
export function split(text: string, limit: number = LIMITS.TEXT_BYTES): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (encoder.encode(rest).length > limit) {
    const most = longestWithin(rest, limit);
    const [end, next] = joint(rest.slice(0, most + 1), most);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(next);
  }
  return [...pieces, rest].filter((piece) => piece.trim() !== "");
}

/** UTF-16 units from the beginning that fit, never cutting a character in two. */
function longestWithin(text: string, limit: number): number {
  // `encodeInto` stops before the first character that does not fit.
  const { read } = encoder.encodeInto(text, new Uint8Array(limit));
  let end = 0;
  // A character may be several code points: an emoji with its skin tone, a letter with its accent.
  const near = Math.max(0, read - 64);
  const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { index } of graphemes.segment(text.slice(near, read + 64))) {
    if (near + index <= read) end = near + index;
  }
  return end > 0 ? end : read;
}

/** [end of this piece, beginning of the next]. */
function joint(head: string, most: number): readonly [number, number] {
  for (const joints of JOINTS) {
    const last = [...head.matchAll(joints)].at(-1);
    if (last && last.index >= most / 2) return [last.index, last.index + last[0].length];
  }
  return [most, most];
}
