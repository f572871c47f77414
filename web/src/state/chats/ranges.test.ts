import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clip,
  cover,
  coverAll,
  firstHole,
  heldFrom,
  heldThrough,
  nextVisible,
  previousVisible,
  rangeOf,
  visible,
  type Held,
  type Stays,
} from "./ranges";

const MOST = 40;
const seqs = Array.from({ length: MOST }, (_, i) => i + 1);
const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: MOST }), fc.nat(6)), { maxLength: 12 });

/** Stays in order, apart from each other; the last one may last. */
const stays: fc.Arbitrary<Stays> = fc
  .tuple(fc.uniqueArray(fc.integer({ min: 1, max: MOST }), { maxLength: 6 }), fc.boolean())
  .map(([edges, lasts]) => {
    const sorted = edges.sort((a, b) => a - b);
    const pairs: [number, number][] = [];
    for (let i = 0; i + 1 < sorted.length; i += 2) pairs.push([sorted[i]!, sorted[i + 1]!]);
    const end = sorted[sorted.length - 1] ?? 0;
    return lasts ? [...pairs, [end + 1, 0]] : pairs;
  });

function built(given: readonly (readonly [number, number])[]): { held: Held; set: Set<number> } {
  let held: Held = [];
  const set = new Set<number>();
  for (const [first, more] of given) {
    held = cover(held, first, first + more);
    for (let seq = first; seq <= first + more; seq++) set.add(seq);
  }
  return { held, set };
}

describe("ranges", () => {
  it("hold what was covered, ascending and apart", () => {
    fc.assert(
      fc.property(spans, (given) => {
        const { held, set } = built(given);
        for (const seq of seqs) expect(rangeOf(held, seq) !== null).toBe(set.has(seq));
        for (const [i, range] of held.entries()) {
          expect(range[0]).toBeLessThanOrEqual(range[1]);
          if (i) expect(range[0]).toBeGreaterThan(held[i - 1]![1] + 1);
        }
      }),
    );
  });

  it("take runs of seqs at once", () => {
    const sorted = fc
      .uniqueArray(fc.integer({ min: 1, max: MOST }))
      .map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(sorted, (all) => {
        const held = coverAll([], all);
        expect(seqs.filter((seq) => rangeOf(held, seq))).toEqual(all);
      }),
    );
  });

  it("say what is missing of what may be seen, and how far one can go", () => {
    const place = fc.nat(MOST);
    fc.assert(
      fc.property(spans, stays, place, fc.nat(MOST), (given, allowed, from, more) => {
        const { held, set } = built(given);
        const last = from + more;
        const wanted = seqs.filter((seq) => visible(allowed, seq));
        const lacking = wanted.filter((seq) => seq > from && seq <= last && !set.has(seq));
        const hole = firstHole(held, allowed, from, Math.min(last, MOST));
        expect(hole?.[0]).toBe(lacking[0]);
        if (hole) {
          for (let seq = hole[0]; seq <= hole[1]; seq++) expect(lacking).toContain(seq);
        }
        const above = wanted.filter((seq) => seq > from);
        const stop = above.findIndex((seq) => !set.has(seq));
        const reached = stop < 0 ? above : above.slice(0, stop);
        const through = heldThrough(held, allowed, from);
        if (through <= MOST) expect(through).toBe(reached[reached.length - 1] ?? from);
        const below = wanted.filter((seq) => seq < from + 1).reverse();
        const end = below.findIndex((seq) => !set.has(seq));
        const down = end < 0 ? below : below.slice(0, end);
        expect(heldFrom(held, allowed, from + 1)).toBe(down[down.length - 1] ?? from + 1);
      }),
    );
  });

  it("know the neighbours that may be seen", () => {
    fc.assert(
      fc.property(stays, fc.nat(MOST), (allowed, seq) => {
        const wanted = seqs.filter((it) => visible(allowed, it));
        const next = nextVisible(allowed, seq);
        if (next <= MOST) expect(next).toBe(wanted.find((it) => it > seq) ?? 0);
        expect(previousVisible(allowed, seq + 1)).toBe(wanted.findLast((it) => it <= seq) ?? 0);
        const parts = clip(allowed, 1, MOST);
        expect(seqs.filter((it) => rangeOf(parts, it))).toEqual(wanted);
      }),
    );
  });
});
