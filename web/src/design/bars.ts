/** A recording's loudness as the heights of a few bars. */

const BARS = 48;

/** 48 heights, 0 to 1; all 0 where nothing is known. */
export function bars(waveform: string): readonly number[] {
  const loud = bytes(waveform);
  if (loud.length === 0) return new Array<number>(BARS).fill(0);
  const loudest = Math.max(48, ...loud);
  return Array.from({ length: BARS }, (_, index) => {
    const from = Math.floor((index * loud.length) / BARS);
    const to = Math.max(from + 1, Math.floor(((index + 1) * loud.length) / BARS));
    return Math.max(...loud.slice(from, to)) / loudest;
  });
}

function bytes(base64: string): readonly number[] {
  try {
    return Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return [];
  }
}
