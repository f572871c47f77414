/** A photo, or a video's picture: at its place at once, and opened by a click. */
import { Download, Play } from "lucide-react";
import { Picture } from "@/design";
import { useLoaded, useLocalFile } from "@/state";
import { fileSize, fileTitle, kindWord, playTime, useWords } from "@/words";
import { OnItsWay } from "./OnItsWay";
import type { ShownFile } from "./shown";
import styles from "./Tile.module.css";

export interface TileProps {
  readonly file: ShownFile;
  /** How wide it is shown, in pixels. */
  readonly shown: number;
  /** What it is called, for screen readers: it may be one of several. */
  readonly label: string;
  /** The server has it: it can be opened. */
  readonly onOpen?: (() => void) | undefined;
  /** So many more stand behind it. */
  readonly more?: number;
  readonly stop: boolean;
}

export function Tile({ file, shown, label, onOpen, more = 0, stop }: TileProps) {
  const t = useWords("files");
  const [loaded, load] = useLoaded(file.kind, file.id || file.clientId);
  const local = useLocalFile(file.clientId);
  // A film cannot be drawn by an `img`: the server makes the picture of it.
  const own = local?.type.startsWith("image/") ? [{ url: local.url, width: shown }] : null;
  const sources = own ?? (loaded ? file.sources : []);
  const hidden = !own && !loaded && file.sources.length > 0;
  const film = file.kind === "video";
  const what = film ? t("videoLong", { time: playTime(file.duration) }) : kindWord(file.kind);
  return (
    <div className={styles["tile"]}>
      <Picture
        key={own ? "own" : "served"}
        alt=""
        placeholder={file.placeholder}
        sources={sources}
        shown={shown}
      />
      {!onOpen ? (
        <OnItsWay
          clientId={file.clientId}
          size={file.size}
          stopped={
            <span className={styles["name"]} dir="auto">
              {fileTitle(file.name)}
            </span>
          }
        />
      ) : hidden ? (
        <button
          type="button"
          className={styles["open"]}
          tabIndex={stop ? 0 : -1}
          aria-label={t("load", { what, size: fileSize(file.size) })}
          onClick={load}
        >
          <span className={styles["load"]}>
            <Download aria-hidden />
            {fileSize(file.size)}
          </span>
        </button>
      ) : (
        <button
          type="button"
          className={styles["open"]}
          tabIndex={stop ? 0 : -1}
          aria-label={more > 0 ? t("moreLabel", { count: more }) : label}
          data-opens
          onClick={onOpen}
        >
          {film && more === 0 && (
            <span className={styles["play"]}>
              <Play aria-hidden />
            </span>
          )}
          {more > 0 && (
            <span className={styles["more"]} dir="ltr">
              {t("more", { count: more })}
            </span>
          )}
        </button>
      )}
      {film && more === 0 && file.duration > 0 && (
        <span className={styles["length"]} aria-hidden>
          {playTime(file.duration)}
        </span>
      )}
    </div>
  );
}
