import { Pause, Play } from "lucide-react";
import type { ReactNode } from "react";
import { playTime, useWords } from "@/words";
import styles from "./VoiceNote.module.css";
import { Waveform } from "./Waveform";
import { classes } from "./classes";

export interface VoiceNoteProps {
  readonly waveform: string;
  /** Milliseconds. */
  readonly position: number;
  readonly duration: number;
  readonly playing: boolean;
  /** It has begun, and shows how fast it goes. */
  readonly begun: boolean;
  readonly rate: number;
  /** Nobody has listened to it on this device. */
  readonly fresh: boolean;
  readonly onToggle: () => void;
  readonly onSeek: (position: number) => void;
  readonly onRate: () => void;
  readonly tabIndex?: number;
  /** Stands in the place of the button, as while it is on its way. */
  readonly instead?: ReactNode;
  /** At the end of its last line. */
  readonly end?: ReactNode;
}

/** A recording to be listened to, with its shape, its place and its speed. */
export function VoiceNote(props: VoiceNoteProps) {
  const { position, duration, playing, begun, rate, fresh, tabIndex = 0 } = props;
  const t = useWords("files");
  const at = playTime(position);
  return (
    <div className={classes(styles["note"], fresh && styles["fresh"])}>
      {props.instead ?? (
        <button
          type="button"
          className={styles["play"]}
          tabIndex={tabIndex}
          aria-label={t(playing ? "pause" : "play")}
          onClick={props.onToggle}
        >
          {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
        </button>
      )}
      <div className={styles["body"]}>
        <Waveform
          label={t("seek")}
          text={t("at", { at, length: playTime(duration) })}
          waveform={props.waveform}
          position={position}
          duration={duration}
          tabIndex={tabIndex}
          onSeek={props.onSeek}
        />
        <div className={styles["line"]}>
          <span className={styles["time"]}>{begun ? at : playTime(duration)}</span>
          {fresh && <span className={styles["dot"]} role="img" aria-label={t("notPlayed")} />}
          {begun && (
            <button
              type="button"
              className={styles["rate"]}
              tabIndex={tabIndex}
              aria-label={t("speed", { rate: `${rate}×` })}
              onClick={props.onRate}
            >
              {`${rate}×`}
            </button>
          )}
          <span className={styles["end"]}>{props.end}</span>
        </div>
      </div>
    </div>
  );
}
