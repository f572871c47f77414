/**
 * Timers that keep time while the tab is hidden: a page's own are slowed to one a minute there,
 * a dedicated worker's are not. Also notices that the machine slept, by the wall clock.
 */
interface Wish {
  readonly id: number;
  /** Milliseconds; below 0: not any more. */
  readonly after: number;
}

const LOOK_MS = 2_000;
const ASLEEP_MS = 6_000;
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let looked = Date.now();

self.onmessage = ({ data }: MessageEvent<Wish>) => {
  clearTimeout(timers.get(data.id));
  timers.delete(data.id);
  if (data.after < 0) return;
  const ring = () => {
    timers.delete(data.id);
    self.postMessage(data.id);
  };
  timers.set(data.id, setTimeout(ring, data.after));
};

setInterval(() => {
  const now = Date.now();
  if (now - looked > ASLEEP_MS) self.postMessage("woke");
  looked = now;
}, LOOK_MS);
