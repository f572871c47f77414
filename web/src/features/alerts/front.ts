/**
 * Which tab alerts. The one in front looks after itself; if none is, one of those behind speaks for
 * all. Both are locks that the browser keeps, so that a tab that dies holds nothing.
 */
const FRONT = "in front";
const SPEAKER = "speaker";

export class Place {
  private speaks = false;
  private leave: (() => void) | null = null;

  /** `began` is called when it is this tab's turn to speak. */
  constructor(began: () => void) {
    if (!("locks" in navigator)) {
      this.speaks = true; // plain HTTP: each tab is on its own
      return;
    }
    void navigator.locks.request(SPEAKER, () => {
      this.speaks = true;
      began();
      return new Promise(() => undefined);
    });
    for (const name of ["focus", "blur", "pageshow"]) addEventListener(name, () => this.look());
    document.addEventListener("visibilitychange", () => this.look());
    this.look();
  }

  /** This tab is what the person looks at. */
  get inFront(): boolean {
    return document.hasFocus() && !document.hidden;
  }

  /** Nobody looks at chinwag, and this is the tab to say something. */
  async isSpeaker(): Promise<boolean> {
    if (!this.speaks || this.inFront) return false;
    if (!("locks" in navigator)) return true;
    const { held = [] } = await navigator.locks.query();
    return !held.some((lock) => lock.name === FRONT);
  }

  /** This tab does what one tab should do for all. */
  get first(): boolean {
    return this.speaks;
  }

  private look(): void {
    if (!this.inFront) {
      this.leave?.();
      this.leave = null;
    } else if (!this.leave) {
      const left = new Promise<void>((resolve) => (this.leave = resolve));
      void navigator.locks.request(FRONT, { mode: "shared" }, () => left);
    }
  }
}
