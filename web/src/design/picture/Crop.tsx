/** The dialog in which one chooses what of a picture is shown in a round place. */
import { ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useWords } from "@/words";
import { Button } from "../Button";
import { Dialog } from "../Dialog";
import { Spinner } from "../Spinner";
import styles from "./Crop.module.css";
import { MOST_ZOOM, moved, placed, taken, whole, zoomed, type Frame } from "./crop";

export interface CropProps {
  /** Address of the picture. */
  readonly url: string;
  /** Bring it where it belongs; what it throws is told by `failed`. */
  readonly onSave: (picture: Blob) => Promise<void>;
  /** In words. */
  readonly failed: (error: unknown) => string;
  readonly onClose: () => void;
}

/** Of the square's edge, with one arrow key. */
const STEP = 0.05;
const KEYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

export default function Crop({ url, onSave, failed, onClose }: CropProps) {
  const t = useWords("app");
  const image = useRef<HTMLImageElement>(null);
  const [frame, setFrame] = useState<Frame | null>(null);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    if (!frame || !image.current) return;
    setBusy(true);
    setProblem("");
    try {
      await onSave(await taken(image.current, frame));
      onClose();
    } catch (error) {
      setProblem(failed(error));
      setBusy(false);
    }
  };
  const change = (how: (frame: Frame) => Frame): void => setFrame((now) => now && how(now));
  return (
    <Dialog
      open
      title={t("pictureCrop")}
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" busy={busy} disabled={!frame} onClick={() => void save()}>
            {t("pictureSave")}
          </Button>
        </>
      }
    >
      <div className={styles["all"]}>
        <Stage onMove={(right, down) => change((now) => moved(now, right, down))}>
          <img
            ref={image}
            className={styles["picture"]}
            style={frame ? placed(frame) : { visibility: "hidden" }}
            src={url}
            alt=""
            draggable={false}
            onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
              setFrame(whole(width, height))
            }
            onError={() => setProblem(t("pictureUnreadable"))}
          />
          {!frame && !problem && <Spinner label={t("loading")} />}
        </Stage>
        <label className={styles["zoom"]}>
          <ZoomOut size={18} aria-hidden />
          <input
            type="range"
            min={1}
            max={MOST_ZOOM}
            step={0.01}
            value={frame?.zoom ?? 1}
            disabled={!frame}
            aria-label={t("pictureZoom")}
            onChange={({ target }) => change((now) => zoomed(now, Number(target.value)))}
          />
          <ZoomIn size={18} aria-hidden />
        </label>
        {problem && (
          <p className={styles["problem"]} role="alert">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}

interface StageProps {
  /** By parts of its edge. */
  readonly onMove: (right: number, down: number) => void;
  readonly children: ReactNode;
}

/** Where the picture lies: drag it, or move it by the arrow keys. */
function Stage({ onMove, children }: StageProps) {
  const t = useWords("app");
  const last = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    last.current = { x: event.clientX, y: event.clientY };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (!last.current) return;
    const side = event.currentTarget.clientWidth;
    onMove((event.clientX - last.current.x) / side, (event.clientY - last.current.y) / side);
    last.current = { x: event.clientX, y: event.clientY };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [right, down] = KEYS[event.key] ?? [];
    if (right === undefined || down === undefined) return;
    event.preventDefault();
    onMove(right, down);
  };
  const up = (): void => {
    last.current = null;
  };
  return (
    <button
      type="button"
      className={styles["stage"]}
      aria-label={t("pictureMove")}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={onKeyDown}
    >
      {children}
    </button>
  );
}
