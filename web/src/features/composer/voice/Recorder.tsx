/** In the composer's place while one speaks: how long and how loud, to be sent or thrown away. */
import { Pause, Play, SendHorizontal, Square, Trash2, X } from "lucide-react";
import { useEffect, useEffectEvent, useRef } from "react";
import { announce, IconButton, Spinner, Waveform } from "@/design";
import { client } from "@/state";
import { playTime, useWords } from "@/words";
import type { Id } from "@/wire/types";
import styles from "./Recorder.module.css";
import type { Recorded, Recording } from "./recording";
import type { Press } from "./press";
import { useHold } from "./useHold";
import { usePlaying } from "./usePlaying";
import { useRecording } from "./useRecording";

/** Bars of what was said last: as many as the widest screen shows. */
const BARS = 240;
/** Often enough to be told again in time. */
const SHOW_MS = 500;

export interface RecorderProps {
  readonly chat: Id;
  /** On the button: it records while that is held. Null: it was pressed by a key. */
  readonly press: Press | null;
  readonly onSend: (recorded: Recorded) => void;
  readonly onClose: () => void;
}

export default function Recorder({ chat, press, onSend, onClose }: RecorderProps) {
  const t = useWords("sending");
  const { stage, finish, drop } = useRecording(chat);
  const discard = (): void => {
    drop();
    onClose();
  };
  const send = async (): Promise<void> => {
    const recorded = stage.at === "over" ? stage.recorded : await finish();
    if (!recorded) return;
    drop();
    onSend(recorded);
    onClose();
  };
  const hold = useHold(press, {
    ready: stage.at === "recording",
    onRelease: () => void send(),
    onAway: discard,
  });
  useEscape(discard);
  useShown(chat, stage.at === "recording");
  const sendButton = useRef<HTMLButtonElement>(null);
  const began = useEffectEvent(() => announce(t("recording")));
  useEffect(() => {
    if (stage.at === "recording") began();
    if (stage.at === "recording" || stage.at === "over") sendButton.current?.focus();
  }, [stage.at]);

  if (stage.at === "refused") {
    return (
      <div className={styles["line"]} role="alert">
        <span className={styles["refused"]}>{t(`mic_${stage.why}`)}</span>
        <IconButton label={t("understood")} icon={<X />} onClick={onClose} />
      </div>
    );
  }
  return (
    <div className={styles["line"]} role="group" aria-label={t("voice")}>
      <IconButton label={t("discard")} icon={<Trash2 />} onClick={discard} />
      {stage.at === "asking" && (
        <span className={styles["asking"]}>
          <Spinner size={16} />
          {t("micAsking")}
        </span>
      )}
      {stage.at === "recording" && (
        <>
          <Under recording={stage.recording} />
          {hold.held ? (
            <span className={styles["slide"]}>{t("slideAway")}</span>
          ) : (
            <IconButton label={t("stop")} icon={<Square />} onClick={() => void finish()} />
          )}
        </>
      )}
      {stage.at === "over" && <Over recorded={stage.recorded} url={stage.url} />}
      <IconButton
        ref={sendButton}
        variant="accent"
        label={t("send")}
        icon={<SendHorizontal />}
        turns
        disabled={stage.at === "asking"}
        onClick={() => void send()}
      />
    </div>
  );
}

/** The others see that one records. */
function useShown(chat: Id, active: boolean): void {
  useEffect(() => {
    if (!active) return;
    const say = (): void => client.typing(chat, true, "recording");
    say();
    const timer = setInterval(say, SHOW_MS);
    return () => {
      clearInterval(timer);
      client.typing(chat, false);
    };
  }, [chat, active]);
}

/** Before it means anything else to the page. */
function useEscape(doing: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    doing();
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => pressed(event);
    window.addEventListener("keydown", hear, { capture: true });
    return () => window.removeEventListener("keydown", hear, { capture: true });
  }, []);
}

function Under({ recording }: { readonly recording: Recording }) {
  const { levels, duration } = recording;
  const last = levels.slice(-BARS);
  return (
    <>
      <span className={styles["dot"]} aria-hidden />
      <span className={styles["time"]} role="timer">
        {playTime(duration)}
      </span>
      <span className={styles["bars"]} aria-hidden>
        {last.map((level, index) => (
          <span
            // The newest has the last place: what moves is the wave.
            key={levels.length - last.length + index}
            style={{ blockSize: `${Math.max(8, level * 100)}%` }}
          />
        ))}
      </span>
    </>
  );
}

function Over({ recorded, url }: { readonly recorded: Recorded; readonly url: string }) {
  const t = useWords("sending");
  const { playing, position, toggle, seek } = usePlaying(url, recorded.duration);
  return (
    <>
      <IconButton
        label={t(playing ? "pause" : "play")}
        icon={playing ? <Pause /> : <Play />}
        onClick={toggle}
      />
      <span className={styles["wave"]}>
        <Waveform
          label={t("voice")}
          text={`${playTime(position)} / ${playTime(recorded.duration)}`}
          waveform={recorded.waveform}
          position={position}
          duration={recorded.duration}
          onSeek={seek}
        />
      </span>
      <span className={styles["time"]}>{playTime(playing ? position : recorded.duration)}</span>
    </>
  );
}
