/** What can be told of a file before it is sent: as what it would go, and how large it is shown. */
import type { FileKind } from "@/wire/types";

/** Pictures that every browser shows; others, as those of some phones, go as documents. */
const PICTURES = /^image\/(jpeg|png|webp|gif|avif|bmp)$/;
const VIDEOS = /^video\/(mp4|webm|quicktime|x-matroska|ogg|3gpp|x-m4v)$/;
/** A video that takes longer to tell its size is no less of one. */
const LOOK_MS = 8_000;

/** Null: it cannot be shown, so that it goes as a document. */
export interface Looked {
  readonly kind: Exclude<FileKind, "voice">;
  readonly width: number;
  readonly height: number;
  /** Milliseconds. */
  readonly duration: number;
}

export const DOCUMENT: Looked = { kind: "document", width: 0, height: 0, duration: 0 };

/** By its type alone. */
export function kindOf({ type }: Blob): Looked["kind"] {
  if (PICTURES.test(type)) return "photo";
  return VIDEOS.test(type) ? "video" : "document";
}

/** The same, and its measures. A picture that the browser cannot read is a document. */
export async function look(file: Blob, url: string): Promise<Looked> {
  const kind = kindOf(file);
  if (kind === "photo") return (await picture(url)) ?? DOCUMENT;
  if (kind === "video") return (await video(url)) ?? { ...DOCUMENT, kind };
  return DOCUMENT;
}

function picture(url: string): Promise<Looked | null> {
  return new Promise((resolve) => {
    const image = new Image();
    // As it is shown: the right way up.
    image.onload = () => {
      const { naturalWidth: width, naturalHeight: height } = image;
      resolve({ kind: "photo", width, height, duration: 0 });
    };
    image.onerror = () => resolve(null);
    image.src = url;
  });
}

function video(url: string): Promise<Looked | null> {
  return new Promise((resolve) => {
    const film = document.createElement("video");
    const late = setTimeout(() => end(null), LOOK_MS);
    const end = (looked: Looked | null): void => {
      clearTimeout(late);
      film.removeAttribute("src");
      resolve(looked);
    };
    film.preload = "metadata";
    film.muted = true;
    film.onloadedmetadata = () => {
      const { videoWidth: width, videoHeight: height, duration } = film;
      const known = Number.isFinite(duration) ? Math.round(duration * 1000) : 0;
      // Sound alone in a film's clothes.
      end(width > 0 ? { kind: "video", width, height, duration: known } : null);
    };
    film.onerror = () => end(null);
    film.src = url;
  });
}
