/** A photo that can be enlarged and moved about. */
import { useImperativeHandle, useRef, useState, type Ref } from "react";
import { Picture, type Source } from "@/design";
import { filePath, PREVIEW_SIDES } from "@/net/files";
import type { File } from "@/wire/types";
import { fileWords } from "@/words";
import { useGestures } from "./useGestures";
import { useSize } from "./useSize";
import styles from "./Viewer.module.css";
import { contained, moved, UNZOOMED, zoomed, type Zoom } from "./zoom";

export interface PhotoHandle {
  readonly zoom: (factor: number) => void;
  /** By the arrow key of that name; false: it is not enlarged, there is nothing to move. */
  readonly move: (key: string) => boolean;
}

export interface PhotoProps {
  readonly file: File;
  readonly onBefore: () => void;
  readonly onAfter: () => void;
  readonly onClose: () => void;
  readonly ref: Ref<PhotoHandle>;
}

/** Of a step by an arrow key, in pixels. */
const STEP = 80;

export function Photo({ file, onBefore, onAfter, onClose, ref }: PhotoProps) {
  const stage = useRef<HTMLDivElement>(null);
  const room = useSize(stage);
  const [zoom, setZoom] = useState<Zoom>(UNZOOMED);
  const shown = contained({ width: file.width ?? 0, height: file.height ?? 0 }, room);
  const enlarged = zoom.scale > 1;
  const { pulled, calm } = useGestures(stage, {
    zoom,
    onZoom: (factor, point) => setZoom((before) => zoomed(before, factor, point, shown, room)),
    onMove: (dx, dy) => setZoom((before) => moved(before, dx, dy, shown, room)),
    onReset: () => setZoom(UNZOOMED),
    onBefore,
    onAfter,
    onClose,
  });
  useImperativeHandle(ref, () => ({
    zoom: (factor) => setZoom((before) => zoomed(before, factor, { x: 0, y: 0 }, shown, room)),
    move: (key) => {
      const way = WAYS[key];
      if (!way || !enlarged) return false;
      setZoom((before) => moved(before, way[0] * STEP, way[1] * STEP, shown, room));
      return true;
    },
  }));
  const [x, y] = [zoom.x + pulled.x, zoom.y + pulled.y];
  return (
    <div
      ref={stage}
      className={styles["table"]}
      data-enlarged={enlarged || undefined}
      data-scale={zoom.scale.toFixed(2)}
    >
      <div
        className={styles["photo"]}
        data-calm={calm || undefined}
        style={{
          inlineSize: shown.width,
          blockSize: shown.height,
          transform: `translate(${x}px, ${y}px) scale(${zoom.scale})`,
        }}
      >
        {shown.width > 0 && (
          <Picture
            alt={fileWords(file)}
            placeholder={file.placeholder}
            sources={sourcesOf(file)}
            shown={Math.round(shown.width * zoom.scale)}
          />
        )}
      </div>
    </div>
  );
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Previews and the photo itself; one that moves is shown as it is. */
function sourcesOf({ id, type, width = 0, height = 0, previews = [] }: File): Source[] {
  const whole = { url: filePath(id), width: Math.max(1, width) };
  const scale = PREVIEW_SIDES.medium / Math.max(width, height, 1);
  if (type !== "image/jpeg" || scale >= 1 || !previews.includes("medium")) return [whole];
  return [{ url: filePath(id, "medium"), width: Math.round(width * scale) }, whole];
}
