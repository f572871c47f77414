import { useEffect, useState } from "react";

/** The moment, taken anew every `step` milliseconds, and when the page comes back to the front. */
export function useNow(step = 60_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const take = () => setNow(Date.now());
    const timer = setInterval(take, step);
    document.addEventListener("visibilitychange", take);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", take);
    };
  }, [step]);
  return now;
}
