/**
 * What is held of a log, as ranges [first, last] of seqs: ascending, with holes between them; and
 * what may be seen of it, as stays [from, to) of a member (`to` 0: it lasts). Within a stay every
 * seq exists, so that a visible seq that is not held is missing, and nothing else is.
 */
import type { Seq, SeqOrZero } from "@/wire/types";

export type Range = readonly [first: Seq, last: Seq];
export type Held = readonly Range[];
export type Stays = readonly (readonly [Seq, SeqOrZero])[];

/** `held` with [first, last] added. */
export function cover(held: Held, first: Seq, last: Seq): Held {
  if (first > last) return held;
  const newest = held[held.length - 1];
  if (!newest || first > newest[1] + 1) return [...held, [first, last]];
  if (first >= newest[0]) {
    return last <= newest[1] ? held : [...held.slice(0, -1), [newest[0], last]];
  }
  const merged: Range[] = [];
  let [low, high] = [first, last];
  for (const range of held) {
    if (range[1] < low - 1 || range[0] > high + 1) {
      merged.push(range);
    } else {
      [low, high] = [Math.min(low, range[0]), Math.max(high, range[1])];
    }
  }
  const place = merged.findIndex((range) => range[0] > high);
  merged.splice(place < 0 ? merged.length : place, 0, [low, high]);
  return merged;
}

/** `held` with a run of ascending seqs added. */
export function coverAll(held: Held, seqs: readonly Seq[]): Held {
  let covered = held;
  let from = 0;
  for (let i = 1; i <= seqs.length; i++) {
    if (i < seqs.length && seqs[i] === seqs[i - 1]! + 1) continue;
    covered = cover(covered, seqs[from]!, seqs[i - 1]!);
    from = i;
  }
  return covered;
}

/** The range that holds `seq`. */
export function rangeOf(held: Held, seq: Seq): Range | null {
  for (let i = held.length - 1; i >= 0; i--) {
    const range = held[i]!;
    if (range[0] <= seq) return seq <= range[1] ? range : null;
  }
  return null;
}

export function holds(held: Held, seq: Seq): boolean {
  return rangeOf(held, seq) !== null;
}

export function visible(stays: Stays, seq: Seq): boolean {
  return stays.some(([from, to]) => from <= seq && (seq < to || to === 0));
}

/** The lowest seq above `seq` that may be seen; 0 if there will be none. */
export function nextVisible(stays: Stays, seq: SeqOrZero): SeqOrZero {
  let lowest = 0;
  for (const [from, to] of stays) {
    if (to !== 0 && seq + 1 >= to) continue;
    const start = Math.max(from, seq + 1);
    if (lowest === 0 || start < lowest) lowest = start;
  }
  return lowest;
}

/** The highest seq below `seq` that may be seen; 0 if there is none. */
export function previousVisible(stays: Stays, seq: Seq): SeqOrZero {
  let highest = 0;
  for (const [from, to] of stays) {
    if (from >= seq) continue;
    highest = Math.max(highest, to === 0 ? seq - 1 : Math.min(to, seq) - 1);
  }
  return highest;
}

/** The parts of [first, last] that may be seen, ascending. */
export function clip(stays: Stays, first: Seq, last: Seq): Held {
  let parts: Held = [];
  for (const [from, to] of stays) {
    parts = cover(parts, Math.max(from, first), to === 0 ? last : Math.min(to - 1, last));
  }
  return parts;
}

/** The first stretch of (above, last] that may be seen and is not held. */
export function firstHole(held: Held, stays: Stays, above: SeqOrZero, last: Seq): Range | null {
  for (const [first, end] of clip(stays, above + 1, last)) {
    let start = first;
    for (const range of held) {
      if (range[1] < start) continue;
      if (range[0] > start) return start <= end ? [start, Math.min(range[0] - 1, end)] : null;
      start = range[1] + 1;
      if (start > end) break;
    }
    if (start <= end) return [start, end];
  }
  return null;
}

/** How far everything visible above `seq` is held: at least `seq` itself. */
export function heldThrough(held: Held, stays: Stays, seq: SeqOrZero): SeqOrZero {
  let through = seq;
  for (;;) {
    const next = nextVisible(stays, through);
    const range = next ? rangeOf(held, next) : null;
    if (!range) return through;
    const stay = stays.find(([from, to]) => from <= next && (next < to || to === 0))!;
    through = stay[1] === 0 ? range[1] : Math.min(range[1], stay[1] - 1);
  }
}

/** How far down everything visible below `seq` is held: at most `seq` itself. */
export function heldFrom(held: Held, stays: Stays, seq: Seq): Seq {
  let down = seq;
  for (;;) {
    const before = previousVisible(stays, down);
    const range = before ? rangeOf(held, before) : null;
    if (!range) return down;
    const stay = stays.find(([from, to]) => from <= before && (before < to || to === 0))!;
    down = Math.max(range[0], stay[0]);
  }
}
