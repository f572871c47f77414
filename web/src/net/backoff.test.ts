import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Backoff } from "./backoff";

const ceilings = (backoff: Backoff, n: number) => Array.from({ length: n }, () => backoff.next());

describe("a backoff", () => {
  it("has a ceiling that doubles from half a second to thirty", () => {
    const backoff = new Backoff(() => 1);
    expect(ceilings(backoff, 9)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  it("waits anything up to it", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.double({ min: 0, max: 1, noNaN: true }), (failures, dice) => {
        const most = new Backoff(() => 1);
        const some = new Backoff(() => dice);
        ceilings(most, failures);
        ceilings(some, failures);
        expect(some.next()).toBeCloseTo(dice * most.next());
      }),
    );
  });

  it("begins low with a server that was there a moment ago, and high after a flood", () => {
    const backoff = new Backoff(() => 1);
    ceilings(backoff, 8);
    backoff.ease();
    expect(backoff.next()).toBe(2_000);
    backoff.most();
    expect(backoff.next()).toBe(30_000);
  });
});
