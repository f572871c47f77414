/** A voice message: one plays at a time, and the next one of the chat plays on. */
import type { ReactNode } from "react";
import { VoiceNote } from "@/design";
import { now, player, trackOf, useLocalFile, usePlaying, type Track } from "@/state";
import { useWords } from "@/words";
import type { Id } from "@/wire/types";
import type { MessageItem } from "../items";
import { OnItsWay } from "./OnItsWay";
import type { ShownFile } from "./shown";
import styles from "./Voice.module.css";

export interface VoiceProps {
  readonly chat: Id;
  readonly item: MessageItem;
  readonly file: ShownFile;
  readonly stop: boolean;
  readonly end: ReactNode;
}

export function Voice({ chat, item, file, stop, end }: VoiceProps) {
  const t = useWords("files");
  const local = useLocalFile(file.id === "" ? file.clientId : "");
  const id = file.id || file.clientId;
  const begun = usePlaying((playing) => playing.id === id);
  const position = usePlaying((playing) => (playing.id === id ? playing.position : 0));
  const moving = usePlaying((playing) => playing.id === id && playing.moving);
  const failed = usePlaying((playing) => playing.id === id && playing.failed);
  const rate = usePlaying((playing) => playing.rate);
  const played = usePlaying((playing) => playing.played.has(id));
  const track = (): Track | null => {
    const { said } = item;
    if ("event" in said) return trackOf(said.event, () => now().views.get(chat)?.events ?? []);
    return local && { id, url: local.url, duration: file.duration };
  };
  const withTrack = (act: (found: Track) => void) => {
    const found = track();
    if (found) act(found);
  };
  return (
    <div className={styles["voice"]}>
      <VoiceNote
        waveform={file.waveform}
        position={position}
        duration={file.duration}
        playing={moving}
        begun={begun}
        rate={rate}
        fresh={!item.own && !played}
        tabIndex={stop ? 0 : -1}
        instead={
          file.id === "" ? <OnItsWay plain clientId={file.clientId} size={file.size} /> : undefined
        }
        onToggle={() => withTrack((found) => player.toggle(found))}
        onSeek={(to) => withTrack((found) => player.seek(found, to))}
        onRate={() => player.faster()}
        end={end}
      />
      {failed && (
        <p className={styles["failed"]} role="alert">
          {t("unplayable")}
        </p>
      )}
    </div>
  );
}
