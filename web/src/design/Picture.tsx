import { ImageOff } from "lucide-react";
import { useState, type CSSProperties } from "react";
import styles from "./Picture.module.css";
import { classes } from "./classes";
import { blurOf } from "./placeholder";

/** One of several sizes of the same picture. */
export interface Source {
  readonly url: string;
  /** In pixels. */
  readonly width: number;
}

export interface PictureProps {
  /** What it shows, in words; "" where what is around says it. */
  readonly alt: string;
  /** ThumbHash, base64: is there at once. */
  readonly placeholder?: string | undefined;
  /** Smallest first; none: the placeholder is all there is for now. */
  readonly sources: readonly Source[];
  /** How wide it is shown, in pixels: the browser picks the source by it. */
  readonly shown: number;
}

/** Fills the element around it, which has its place before anything is loaded: nothing moves. */
export function Picture({ alt, placeholder = "", sources, shown }: PictureProps) {
  const [fate, setFate] = useState<"loading" | "there" | "failed">("loading");
  const blur = blurOf(placeholder);
  const style: CSSProperties = blur === undefined ? {} : { backgroundImage: `url("${blur}")` };
  const last = sources.at(-1);
  return (
    <span className={styles["picture"]} style={fate === "there" ? {} : style}>
      {last && fate !== "failed" && (
        <img
          className={classes(styles["image"], fate === "there" && styles["there"])}
          src={last.url}
          srcSet={
            sources.length > 1
              ? sources.map(({ url, width }) => `${url} ${width}w`).join(", ")
              : undefined
          }
          sizes={`${shown}px`}
          alt={alt}
          decoding="async"
          draggable={false}
          onLoad={() => setFate("there")}
          onError={() => setFate("failed")}
        />
      )}
      {fate === "failed" && (
        <span
          className={styles["failed"]}
          role={alt ? "img" : undefined}
          aria-label={alt || undefined}
        >
          <ImageOff aria-hidden />
        </span>
      )}
    </span>
  );
}
