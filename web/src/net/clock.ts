/** Time as the client needs it: behind a port, so that tests need not wait. */
import workerUrl from "./clock.worker?worker&url";

export interface Clock {
  now(): number;
  /** Call `ring` once in `ms` milliseconds, also in a hidden tab; gives a way to call it off. */
  after(ms: number, ring: () => void): () => void;
}

/** Timers of the page itself: right as long as it is in front. */
export function pageClock(): Clock {
  return {
    now: () => Date.now(),
    after(ms, ring) {
      const timer = setTimeout(ring, ms);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * Timers of a dedicated worker; those of the page where there can be none. `woke` is called
 * whenever the machine has slept.
 */
export function workerClock(woke: () => void): Clock {
  const worker = started();
  if (worker === null) return pageClock();
  const rings = new Map<number, () => void>();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<number | "woke">) => {
    if (data === "woke") {
      woke();
      return;
    }
    const ring = rings.get(data);
    rings.delete(data);
    ring?.();
  };
  return {
    now: () => Date.now(),
    after(ms, ring) {
      const id = ++last;
      rings.set(id, ring);
      worker.postMessage({ id, after: Math.max(0, ms) });
      return () => {
        if (rings.delete(id)) worker.postMessage({ id, after: -1 });
      };
    },
  };
}

/** Resolves after `ms`. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.after(ms, resolve));
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The page's policy demands that script addresses pass through a named gate (Trusted Types). */
function started(): Worker | null {
  try {
    const { trustedTypes } = globalThis as { trustedTypes?: Policies };
    const gate = trustedTypes?.createPolicy("chinwag-clock", {
      createScriptURL: (url) => {
        if (url !== workerUrl) throw new TypeError("not ours");
        return url;
      },
    });
    return new Worker(gate?.createScriptURL(workerUrl) ?? workerUrl, { type: "module" });
  } catch {
    return null;
  }
}
