/** Addresses of files. The session's cookie goes along by itself: they hold nothing secret. */

/** A preview, or the file itself. */
export type Part = "small" | "medium" | "content";

/** Longest sides of the previews, in pixels. */
export const PREVIEW_SIDES = { small: 320, medium: 1280 } as const;

export function filePath(id: string, part: Part = "content"): string {
  const base = `/api/files/${encodeURIComponent(id)}`;
  return part === "content" ? base : `${base}/${part}`;
}

/** The same bytes, which the browser keeps as a file instead of showing them. */
export function downloadPath(id: string): string {
  return `${filePath(id)}?download`;
}
