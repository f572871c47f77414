/** The time, for words that age. */
import { useEffect, useState } from "react";

/** Now, anew every `every` milliseconds; `null` stops the clock. */
export function useNow(every: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (every === null) return;
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
