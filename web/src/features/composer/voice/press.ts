/** A pointer that went down, heard from that moment on: what it holds may still have to be loaded. */
export class Press {
  /** It was let go, after so many milliseconds. */
  readonly ended: Promise<number>;

  constructor(readonly x: number) {
    const at = performance.now();
    const life = new AbortController();
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        resolve(performance.now() - at);
        life.abort();
      };
      window.addEventListener("pointerup", end, { signal: life.signal });
      window.addEventListener("pointercancel", end, { signal: life.signal });
    });
  }
}
