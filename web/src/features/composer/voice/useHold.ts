/**
 * A button that acts while it is held: let go, it is done; dragged away towards the beginning of
 * the line, it is called off; pressed for a moment only, or taken over by the system, it stays down
 * by itself.
 */
import { useEffect, useEffectEvent, useState } from "react";
import type { Press } from "./press";

export interface HoldDuties {
  /** There is something to end. */
  readonly ready: boolean;
  readonly onRelease: () => void;
  readonly onAway: () => void;
}

/** Shorter is a tap. */
const TAP_MS = 500;
const AWAY_PX = 96;

export function useHold(press: Press | null, duties: HoldDuties): { readonly held: boolean } {
  const [held, setHeld] = useState(press !== null);
  const up = useEffectEvent((lasted: number | null) => {
    setHeld(false);
    if (duties.ready && lasted !== null && lasted >= TAP_MS) duties.onRelease();
  });
  const move = useEffectEvent((x: number) => {
    const rtl = getComputedStyle(document.documentElement).direction === "rtl";
    const way = (press!.x - x) * (rtl ? -1 : 1);
    if (way < AWAY_PX) return;
    setHeld(false);
    duties.onAway();
  });
  useEffect(() => {
    if (!press || !held) return;
    const life = new AbortController();
    void press.ended.then((lasted) => {
      if (!life.signal.aborted) up(lasted);
    });
    const moved = (event: PointerEvent): void => move(event.clientX);
    window.addEventListener("pointermove", moved, { signal: life.signal });
    return () => life.abort();
  }, [press, held]);
  return { held };
}
