import { useRef, type KeyboardEvent, type PointerEvent } from "react";
import styles from "./Waveform.module.css";
import { bars } from "./bars";

export interface WaveformProps {
  /** For screen readers. */
  readonly label: string;
  /** The place in words. */
  readonly text: string;
  /** Loudnesses, one byte each, base64; "" is drawn as silence. */
  readonly waveform: string;
  /** Milliseconds. */
  readonly position: number;
  readonly duration: number;
  readonly onSeek: (position: number) => void;
  readonly tabIndex?: number;
}

/** Of a step by an arrow key. */
const STEP = 1000;
const HEIGHT = 28;
const PITCH = 4;

/** How loud a recording is over its length: drag, click or use the arrow keys to go to a place. */
export function Waveform(props: WaveformProps) {
  const { label, text, waveform, position, duration, onSeek, tabIndex = 0 } = props;
  const element = useRef<HTMLDivElement>(null);
  const heights = bars(waveform);
  const path = heights
    .map((loud, index) => {
      const half = Math.max(0.5, (loud * (HEIGHT - 3)) / 2);
      const x = index * PITCH + PITCH / 2;
      return `M${x} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`;
    })
    .join("");
  const part = duration > 0 ? Math.min(1, position / duration) : 0;

  const to = (event: PointerEvent) => {
    const box = element.current!.getBoundingClientRect();
    onSeek(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * duration);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const wanted = target(event.key, position, duration);
    if (wanted === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    onSeek(Math.min(duration, Math.max(0, wanted)));
  };
  return (
    <div
      ref={element}
      className={styles["waveform"]}
      // Time runs the same way in every script, as on every player.
      dir="ltr"
      role="slider"
      tabIndex={tabIndex}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration / 1000)}
      aria-valuenow={Math.round(position / 1000)}
      aria-valuetext={text}
      data-drags
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        to(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) to(event);
      }}
    >
      <svg
        viewBox={`0 0 ${heights.length * PITCH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden
      >
        <path d={path} />
      </svg>
      <svg
        className={styles["played"]}
        viewBox={`0 0 ${heights.length * PITCH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden
        style={{ clipPath: `inset(0 ${((1 - part) * 100).toFixed(2)}% 0 0)` }}
      >
        <path d={path} />
      </svg>
      <span
        className={styles["head"]}
        style={{ insetInlineStart: `${(part * 100).toFixed(2)}%` }}
      />
    </div>
  );
}

function target(key: string, position: number, duration: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return position + STEP;
    case "ArrowLeft":
    case "ArrowDown":
      return position - STEP;
    case "PageUp":
      return position + 10 * STEP;
    case "PageDown":
      return position - 10 * STEP;
    case "Home":
      return 0;
    case "End":
      return duration;
    default:
      return null;
  }
}
