/**
 * Hands on a picture: two fingers or the wheel enlarge it, a double click or tap goes near and back,
 * one finger moves what is enlarged; else it swipes to the neighbours, or down to close.
 */
import { useEffect, useEffectEvent, useState, type RefObject } from "react";
import { CLOSE, type Zoom } from "./zoom";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Hands {
  readonly zoom: Zoom;
  /** `point` from the middle of the stage. */
  readonly onZoom: (factor: number, point: Point) => void;
  readonly onMove: (dx: number, dy: number) => void;
  readonly onReset: () => void;
  readonly onBefore: () => void;
  readonly onAfter: () => void;
  readonly onClose: () => void;
}

/** Pixels that a swipe has to go, and that a tap may. */
const SWIPE = 70;
const TAP = 8;
/** Two taps within this are one double tap. */
const DOUBLE_MS = 320;
const STILL: Point = { x: 0, y: 0 };

export function useGestures(stage: RefObject<HTMLElement | null>, hands: Hands) {
  const [pulled, setPulled] = useState(STILL);
  const [calm, setCalm] = useState(true);
  const enlarged = useEffectEvent(() => hands.zoom.scale > 1);
  const onZoom = useEffectEvent((factor: number, point: Point) => hands.onZoom(factor, point));
  const onMove = useEffectEvent((dx: number, dy: number) => hands.onMove(dx, dy));
  const onTwice = useEffectEvent((point: Point) => {
    if (hands.zoom.scale > 1) hands.onReset();
    else hands.onZoom(CLOSE, point);
  });
  const onSwiped = useEffectEvent(({ x, y }: Point) => {
    const onward = x < 0 === (document.documentElement.dir !== "rtl");
    if (Math.abs(x) >= SWIPE && Math.abs(x) > Math.abs(y)) {
      if (onward) hands.onAfter();
      else hands.onBefore();
    } else if (y >= SWIPE) hands.onClose();
  });
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    return listen(element, {
      enlarged,
      zoom: onZoom,
      move: onMove,
      twice: onTwice,
      pull: setPulled,
      swiped: onSwiped,
      calm: setCalm,
    });
  }, [stage]);
  return { pulled, calm };
}

interface Doings {
  readonly enlarged: () => boolean;
  readonly zoom: (factor: number, point: Point) => void;
  readonly move: (dx: number, dy: number) => void;
  readonly twice: (point: Point) => void;
  readonly pull: (far: Point) => void;
  readonly swiped: (far: Point) => void;
  readonly calm: (calm: boolean) => void;
}

function listen(element: HTMLElement, doings: Doings): () => void {
  const life = new AbortController();
  const { signal } = life;
  const fingers = new Map<number, Point>();
  let far = STILL;
  let pinched = false;
  let tapped = { at: -Infinity, point: STILL };
  const middle = ({ clientX, clientY }: { clientX: number; clientY: number }): Point => {
    const box = element.getBoundingClientRect();
    return { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    const step = Math.max(-60, Math.min(60, event.deltaY * lines));
    doings.zoom(Math.exp(-step / (event.ctrlKey ? 60 : 200)), middle(event));
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, middle(event));
    pinched = fingers.size > 1;
    far = STILL;
    doings.pull(STILL);
    doings.calm(false);
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const point = middle(event);
    if (fingers.size === 2) pinch(fingers, event.pointerId, point, doings);
    fingers.set(event.pointerId, point);
    if (fingers.size > 1) return;
    const [dx, dy] = [point.x - before.x, point.y - before.y];
    far = { x: far.x + dx, y: far.y + dy };
    if (doings.enlarged()) doings.move(dx, dy);
    else if (!pinched) doings.pull(along(far));
  };
  const up = (event: PointerEvent) => {
    if (!fingers.delete(event.pointerId) || fingers.size > 0) return;
    doings.calm(true);
    doings.pull(STILL);
    const [still, point] = [Math.hypot(far.x, far.y) <= TAP, middle(event)];
    if (pinched || event.type === "pointercancel") return;
    if (!still) {
      if (!doings.enlarged()) doings.swiped(far);
      return;
    }
    const near = Math.hypot(point.x - tapped.point.x, point.y - tapped.point.y) < 40;
    const twice = near && event.timeStamp - tapped.at < DOUBLE_MS;
    tapped = { at: twice ? -Infinity : event.timeStamp, point };
    if (twice) doings.twice(point);
  };
  element.addEventListener("wheel", wheel, { passive: false, signal });
  element.addEventListener("pointerdown", down, { signal });
  element.addEventListener("pointermove", move, { signal });
  element.addEventListener("pointerup", up, { signal });
  element.addEventListener("pointercancel", up, { signal });
  return () => life.abort();
}

/** Along one line: to the side, or down. */
function along({ x, y }: Point): Point {
  return Math.abs(x) >= Math.abs(y) ? { x, y: 0 } : { x: 0, y: Math.max(0, y) };
}

function pinch(fingers: ReadonlyMap<number, Point>, moving: number, to: Point, doings: Doings) {
  const [still] = [...fingers].filter(([id]) => id !== moving).map(([, point]) => point);
  const from = fingers.get(moving);
  if (!still || !from) return;
  const between = (point: Point) => Math.hypot(point.x - still.x, point.y - still.y);
  const centre = { x: (to.x + still.x) / 2, y: (to.y + still.y) / 2 };
  doings.zoom(between(to) / Math.max(1, between(from)), centre);
  doings.move((to.x - from.x) / 2, (to.y - from.y) / 2);
}
