/** The square that is taken of a picture. Pure. */

export interface Frame {
  /** Of the picture, in its own pixels. */
  readonly width: number;
  readonly height: number;
  /** The middle of the square. */
  readonly x: number;
  readonly y: number;
  /** 1: as much as fits into a square; more: a smaller part. */
  readonly zoom: number;
}

export const MOST_ZOOM = 5;
/** Pixels of what is sent, at most. */
const MOST_EDGE = 1024;

/** As much of the middle as there is. */
export function whole(width: number, height: number): Frame {
  return { width, height, x: width / 2, y: height / 2, zoom: 1 };
}

/** Length of the square's edge. */
export function edge({ width, height, zoom }: Frame): number {
  return Math.min(width, height) / zoom;
}

/** Move the picture under the square, by parts of the square's edge. */
export function moved(frame: Frame, right: number, down: number): Frame {
  const side = edge(frame);
  return kept({ ...frame, x: frame.x - right * side, y: frame.y - down * side });
}

export function zoomed(frame: Frame, zoom: number): Frame {
  return kept({ ...frame, zoom: Math.min(MOST_ZOOM, Math.max(1, zoom)) });
}

/** Where the picture stands so that the square shows its part: in hundredths of the square. */
export function placed(frame: Frame): Record<"width" | "height" | "left" | "top", string> {
  const side = edge(frame);
  const part = (of: number): string => `${((100 * of) / side).toFixed(3)}%`;
  return {
    width: part(frame.width),
    height: part(frame.height),
    left: part(side / 2 - frame.x),
    top: part(side / 2 - frame.y),
  };
}

/** The part as a picture of its own. */
export async function taken(source: CanvasImageSource, frame: Frame): Promise<Blob> {
  const side = edge(frame);
  const size = Math.max(1, Math.round(Math.min(side, MOST_EDGE)));
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d")!;
  pen.imageSmoothingQuality = "high";
  // What one can see through would be black otherwise.
  pen.fillStyle = "white";
  pen.fillRect(0, 0, size, size);
  pen.drawImage(source, frame.x - side / 2, frame.y - side / 2, side, side, 0, 0, size, size);
  const blob = await new Promise<Blob | null>((resolve) =>
    canvas.toBlob(resolve, "image/jpeg", 0.92),
  );
  if (!blob) throw new Error("the picture cannot be drawn");
  return blob;
}

/** The square stays inside the picture. */
function kept(frame: Frame): Frame {
  const half = edge(frame) / 2;
  const within = (place: number, length: number): number =>
    Math.min(length - half, Math.max(half, place));
  return { ...frame, x: within(frame.x, frame.width), y: within(frame.y, frame.height) };
}
