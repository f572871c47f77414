/** How large a picture stands in a bubble: known before it is loaded, so that nothing moves. */

export interface Box {
  readonly width: number;
  readonly height: number;
}

const WIDEST = 336;
const TALLEST = 400;
const LEAST = 160;
const UNKNOWN = { width: 256, height: 256 };

/** In pixels at the usual text size. Very long shapes are cut to what can be recognized. */
export function fit({ width, height }: Box): Box {
  if (width <= 0 || height <= 0) return UNKNOWN;
  const scale = Math.min(WIDEST / width, TALLEST / height, Math.max(1, LEAST / width));
  return {
    width: Math.round(clamp(width * scale, LEAST, WIDEST)),
    height: Math.round(clamp(height * scale, LEAST / 1.6, TALLEST)),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
