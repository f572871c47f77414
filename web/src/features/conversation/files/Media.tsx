/** Photos and videos of a bubble: one at its own shape, or several as an album. */
import i18next from "i18next";
import type { CSSProperties } from "react";
import { classes } from "@/design";
import { kindWord, playTime, useWords } from "@/words";
import type { Seq } from "@/wire/types";
import type { MessageItem } from "../items";
import { fit } from "./fit";
import styles from "./Media.module.css";
import { shownFile, type ShownFile } from "./shown";
import { Tile } from "./Tile";

export interface MediaProps {
  /** At least one, each a photo or a video. */
  readonly parts: readonly MessageItem[];
  readonly stop: boolean;
  readonly onOpen: (seq: Seq) => void;
}

/** Of an album, the rest is behind the last one. */
const MOST = 4;
const ALBUM = 336;

export function Media({ parts, stop, onOpen }: MediaProps) {
  const t = useWords("files");
  const files = parts.map((part) => shownFile(part.said)!);
  const [only] = files;
  const opening = (part: MessageItem) => {
    const { said } = part;
    return "event" in said ? () => onOpen(said.event.seq) : undefined;
  };
  if (files.length === 1 && only) {
    const box = fit(only);
    const style = {
      inlineSize: `${box.width / 16}rem`,
      aspectRatio: `${box.width} / ${box.height}`,
    };
    return (
      <div className={styles["one"]} style={style}>
        <Tile
          file={only}
          shown={box.width}
          label={t("open", { what: words(only) })}
          stop={stop}
          onOpen={opening(parts[0]!)}
        />
      </div>
    );
  }
  return <Album parts={parts} files={files} stop={stop} opening={opening} />;
}

function words({ kind, duration }: ShownFile): string {
  return kind === "video" && duration > 0
    ? i18next.t("files:videoLong", { time: playTime(duration) })
    : kindWord(kind);
}

interface AlbumProps {
  readonly parts: readonly MessageItem[];
  readonly files: readonly ShownFile[];
  readonly stop: boolean;
  readonly opening: (part: MessageItem) => (() => void) | undefined;
}

function Album({ parts, files, stop, opening }: AlbumProps) {
  const t = useWords("files");
  const count = files.length;
  const shown = parts.slice(0, MOST);
  const style = { "--album": `${ALBUM / 16}rem` } as CSSProperties;
  return (
    <div
      className={classes(styles["album"], styles[`album${shown.length}`])}
      style={style}
      role="group"
      aria-label={t("album", { count })}
    >
      {shown.map((part, index) => (
        <div key={part.key} className={styles["cell"]} data-part={part.key}>
          <Tile
            file={files[index]!}
            shown={count === 3 && index === 0 ? (ALBUM * 2) / 3 : ALBUM / 2}
            label={t("openOf", { what: words(files[index]!), index: index + 1, count })}
            more={index === MOST - 1 ? count - MOST : 0}
            stop={stop}
            onOpen={opening(part)}
          />
        </div>
      ))}
    </div>
  );
}
