/** Pauses between attempts: full jitter, so that those sent away do not come back together. */

const LOW_MS = 500;
const HIGH_MS = 30_000;
// A server that was there a moment ago is asked again soon.
const LOW_ATTEMPTS = 2;

export class Backoff {
  private attempts = 0;

  constructor(private readonly random: () => number = Math.random) {}

  /** How often it went wrong in a row. */
  get failures(): number {
    return this.attempts;
  }

  /** Milliseconds to wait: anything up to a ceiling that doubles with each call. */
  next(): number {
    const ceiling = Math.min(HIGH_MS, LOW_MS * 2 ** Math.min(this.attempts, 10));
    this.attempts += 1;
    return this.random() * ceiling;
  }

  /** All is well again. */
  reset(): void {
    this.attempts = 0;
  }

  /** It caught up, though nobody knows yet for how long. */
  ease(): void {
    this.attempts = Math.min(this.attempts, LOW_ATTEMPTS);
  }

  /** Far too much was asked: begin with the longest pause. */
  most(): void {
    this.attempts = 10;
  }
}
