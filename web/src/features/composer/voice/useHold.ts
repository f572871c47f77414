/**
 * A button that acts while it is held: let go, it is done; dragged away towards the beginning of
 * the line, it is called off; pressed for a moment only, it stays down by itself.
 */
import { useEffect, useEffectEvent, useState } from "react";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface HoldDuties {
  /** There is something to end. */
  readonly ready: boolean;
  readonly onRelease: () => void;
  readonly onAway: () => void;
}

/** Shorter is a tap. */
const TAP_MS = 500;
const AWAY_PX = 96;

export function useHold(from: Point | null, duties: HoldDuties): { readonly held: boolean } {
  const [held, setHeld] = useState(from !== null);
  const [pressedAt] = useState(() => performance.now());
  const up = useEffectEvent(() => {
    setHeld(false);
    if (duties.ready && performance.now() - pressedAt >= TAP_MS) duties.onRelease();
  });
  const move = useEffectEvent((x: number) => {
    const rtl = getComputedStyle(document.documentElement).direction === "rtl";
    const way = (from!.x - x) * (rtl ? -1 : 1);
    if (way < AWAY_PX) return;
    setHeld(false);
    duties.onAway();
  });
  useEffect(() => {
    if (!held) return;
    const released = (): void => up();
    const moved = (event: PointerEvent): void => move(event.clientX);
    window.addEventListener("pointerup", released);
    window.addEventListener("pointercancel", released);
    window.addEventListener("pointermove", moved);
    return () => {
      window.removeEventListener("pointerup", released);
      window.removeEventListener("pointercancel", released);
      window.removeEventListener("pointermove", moved);
    };
  }, [held]);
  return { held };
}
