/** A picture under a glass: how much it is enlarged, and how far it is moved. Pure. */

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** `x`, `y`: how far its middle is from that of the stage, in pixels. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const UNZOOMED: Zoom = { scale: 1, x: 0, y: 0 };
export const MOST = 8;
/** What a double click, or a double tap, goes to. */
export const CLOSE = 2.5;

/** How large the picture stands on the stage, all of it seen; small ones grow a little. */
export function contained(picture: Box, stage: Box): Box {
  const { width, height } = picture.width > 0 && picture.height > 0 ? picture : stage;
  if (width === 0 || height === 0) return { width: 0, height: 0 };
  const scale = Math.min(stage.width / width, stage.height / height, 1.5);
  return { width: width * scale, height: height * scale };
}

/** `factor` times as large; what is at `point` (from the stage's middle) stays where it is. */
export function zoomed(
  zoom: Zoom,
  factor: number,
  point: { readonly x: number; readonly y: number },
  shown: Box,
  stage: Box,
): Zoom {
  const scale = Math.min(MOST, Math.max(1, zoom.scale * factor));
  const grown = scale / zoom.scale;
  const x = point.x - (point.x - zoom.x) * grown;
  const y = point.y - (point.y - zoom.y) * grown;
  return held({ scale, x, y }, shown, stage);
}

export function moved(zoom: Zoom, dx: number, dy: number, shown: Box, stage: Box): Zoom {
  return held({ scale: zoom.scale, x: zoom.x + dx, y: zoom.y + dy }, shown, stage);
}

/** Its edges come no further in than those of the stage, or than where it stands unmoved. */
function held({ scale, x, y }: Zoom, shown: Box, stage: Box): Zoom {
  const far = (size: number, room: number) => Math.max(0, (size * scale - room) / 2);
  const within = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return {
    scale,
    x: within(x, far(shown.width, stage.width)) + 0,
    y: within(y, far(shown.height, stage.height)) + 0,
  };
}
