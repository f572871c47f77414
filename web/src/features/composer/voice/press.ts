/** A pointer that went down, heard from that moment on: what it holds may still have to be loaded. */
export class Press {
  /** It was let go, after so many milliseconds; null: it was taken away from the page. */
  readonly ended: Promise<number | null>;

  constructor(readonly x: number) {
    const at = performance.now();
    const life = new AbortController();
    this.ended = new Promise((resolve) => {
      const end = (lasted: number | null): void => {
        resolve(lasted);
        life.abort();
      };
      const { signal } = life;
      window.addEventListener("pointerup", () => end(performance.now() - at), { signal });
      window.addEventListener("pointercancel", () => end(null), { signal });
    });
  }
}
