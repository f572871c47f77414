/** A video: fetched piece by piece as it plays. */
import { filePath } from "@/net/files";
import type { File } from "@/wire/types";
import { fileWords } from "@/words";
import styles from "./Viewer.module.css";

export function Film({ file }: { readonly file: File }) {
  const { id, previews = [], width = 0, height = 0 } = file;
  const poster = previews.includes("medium") ? filePath(id, "medium") : undefined;
  return (
    // People send films without subtitles: there is no track to be had.
    // eslint-disable-next-line jsx-a11y/media-has-caption
    <video
      className={styles["film"]}
      src={filePath(id)}
      poster={poster}
      width={width || undefined}
      height={height || undefined}
      aria-label={fileWords(file)}
      controls
      autoPlay
      playsInline
      preload="metadata"
    />
  );
}
