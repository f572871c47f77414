/** How fast something goes: over the last seconds, so that the figure can be read. */
const WINDOW_MS = 4_000;
const STEP_MS = 250;

export class Pace {
  private marks: { readonly at: number; readonly sent: number }[] = [];

  /** So many by now: bytes a second, 0 as long as it is not known. */
  at(now: number, sent: number): number {
    const last = this.marks[this.marks.length - 1];
    // What had arrived before counts as the start, not as speed.
    if (last && sent < last.sent) this.marks = [];
    if (!last || now - last.at >= STEP_MS) this.marks.push({ at: now, sent });
    while (this.marks.length > 2 && now - this.marks[0]!.at > WINDOW_MS) this.marks.shift();
    const first = this.marks[0]!;
    const passed = now - first.at;
    return passed < STEP_MS ? 0 : Math.round(((sent - first.sent) * 1000) / passed);
  }

  /** It stands still: what comes then is measured anew. */
  rest(): void {
    this.marks = [];
  }
}
