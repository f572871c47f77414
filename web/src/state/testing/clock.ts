/** A clock that a test turns by hand. */
import type { Clock } from "@/net/clock";

interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

export class TestClock implements Clock {
  private time = 1_760_000_000_000;
  private alarms: Alarm[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, ring: () => void): () => void {
    const alarm = { at: this.time + ms, ring };
    this.alarms.push(alarm);
    return () => {
      this.alarms = this.alarms.filter((it) => it !== alarm);
    };
  }

  /** Let `ms` pass: everything that is due happens, in order, with all that follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    await settled();
    for (;;) {
      const due = this.alarms.filter((it) => it.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.alarms = this.alarms.filter((it) => it !== due);
      this.time = Math.max(this.time, due.at);
      due.ring();
      await settled();
    }
    this.time = until;
  }
}

/** Everything that can happen without time passing, has. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Wait for what takes real steps of the event loop (a database), not time. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 5_000; round++) {
    if (await check()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`never: ${check.toString()}`);
}
