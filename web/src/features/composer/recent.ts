/** Small habits of this device: the emoji used last, and the skin tone. */
import type { SkinTone } from "frimousse";

const RECENT = "chinwag.emoji.recent";
const TONE = "chinwag.emoji.tone";
const KEPT = 16;
const TONES: readonly string[] = ["none", "light", "medium-light", "medium", "medium-dark", "dark"];

/** Newest first. */
export function recentEmoji(): readonly string[] {
  return (read(RECENT) ?? "").split(" ").filter(Boolean).slice(0, KEPT);
}

export function usedEmoji(emoji: string): void {
  const others = recentEmoji().filter((it) => it !== emoji);
  write(RECENT, [emoji, ...others].slice(0, KEPT).join(" "));
}

export function skinTone(): SkinTone {
  const tone = read(TONE) ?? "";
  return TONES.includes(tone) ? (tone as SkinTone) : "none";
}

export function choseSkinTone(tone: SkinTone): void {
  write(TONE, tone);
}

// Where the browser keeps nothing for pages, habits last as long as the page.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}
