import { describe, expect, it } from "vitest";
import { loudness, waveform } from "./recording";

const bars = (levels: readonly number[]) =>
  Array.from(atob(waveform(levels)), (byte) => byte.charCodeAt(0));

describe("how loud a recording is", () => {
  it("is nothing in silence, and never more than all", () => {
    expect(loudness(new Float32Array(64))).toBe(0);
    expect(loudness(new Float32Array(64).fill(1))).toBe(1);
  });

  it("tells speech from a quiet room", () => {
    const room = loudness(new Float32Array(64).fill(0.003));
    const speech = loudness(new Float32Array(64).fill(0.1));
    expect(room).toBeLessThan(0.2);
    expect(speech).toBeGreaterThan(0.7);
  });

  it("is told in 64 bytes, whatever its length", () => {
    for (const length of [0, 1, 63, 64, 65, 1000]) {
      expect(bars(Array.from({ length }, () => 1))).toHaveLength(64);
    }
    expect(bars([])).toEqual(Array.from({ length: 64 }, () => 0));
  });

  it("keeps the loudest of each part, in order", () => {
    const levels = Array.from({ length: 640 }, (_, i) => (i % 10 === 3 ? i / 640 : 0));
    const seen = bars(levels);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[63]).toBe(Math.round((255 * 633) / 640));
  });
});
