/** One thing of each collection. */
import { Download, Link2, MessageSquareText, Play } from "lucide-react";
import type { CSSProperties } from "react";
import { FileIcon, IconButton, Picture, useNow, VisuallyHidden, VoiceNote } from "@/design";
import { downloadPath, filePath } from "@/net/files";
import { player, trackOf, useChinwag, useLoaded, usePlaying } from "@/state";
import type { ChatEvent, File, Seq } from "@/wire/types";
import {
  called,
  dayOfYear,
  fileEnding,
  fileFacts,
  fileName,
  fileTitle,
  fileWords,
  oneLine,
  playTime,
  timeOfDay,
  useWords,
} from "@/words";
import { links } from "@/words/links";
import styles from "./Gallery.module.css";

const HOUR = 3_600_000;

export interface TilesProps {
  readonly events: readonly ChatEvent[];
  readonly across: number;
  readonly onView: (seq: Seq) => void;
}

export function Tiles({ events, across, onView }: TilesProps) {
  return (
    <div className={styles["tiles"]} style={{ "--across": across } as CSSProperties}>
      {events.map((event) => {
        const file = fileOf(event);
        return file && <Tile key={event.seq} event={event} file={file} onView={onView} />;
      })}
    </div>
  );
}

interface TileProps {
  readonly event: ChatEvent;
  readonly file: File;
  readonly onView: (seq: Seq) => void;
}

function Tile({ event, file, onView }: TileProps) {
  const t = useWords("files");
  const who = useChinwag((state) => called(state, event.sender));
  const [loaded] = useLoaded(file.kind, file.id);
  const now = useNow(HOUR);
  const { duration = 0, previews = [] } = file;
  const sources =
    loaded && previews.includes("small") ? [{ url: filePath(file.id, "small"), width: 320 }] : [];
  const what = `${fileWords(file)}, ${who}, ${dayOfYear(event.at, now)}`;
  return (
    <button
      type="button"
      className={styles["tile"]}
      aria-label={t("open", { what })}
      onClick={() => onView(event.seq)}
    >
      <Picture alt="" placeholder={file.placeholder} sources={sources} shown={136} />
      {file.kind === "video" && (
        <span className={styles["film"]} aria-hidden>
          <Play />
          {duration > 0 && playTime(duration)}
        </span>
      )}
    </button>
  );
}

export interface RowProps {
  readonly event: ChatEvent;
  readonly onShow: (seq: Seq) => void;
}

export function DocumentRow({ event, onShow }: RowProps) {
  const t = useWords("files");
  const file = fileOf(event);
  if (!file) return null;
  const ending = fileEnding(file.name);
  return (
    <div className={styles["row"]}>
      <a className={styles["document"]} href={downloadPath(file.id)} download={fileName(file.name)}>
        <VisuallyHidden>{t("download")}</VisuallyHidden> <FileIcon ending={ending} size={44} />
        <span className={styles["words"]}>
          <span className={styles["title"]} dir="auto">
            {fileTitle(file.name)}
          </span>
          <span className={styles["facts"]}>{fileFacts(file.name, file.size)}</span>
          <Said event={event} />
        </span>
        <Download aria-hidden />
      </a>
      <Show seq={event.seq} onShow={onShow} />
    </div>
  );
}

export function VoiceRow({
  event,
  events,
  onShow,
}: RowProps & { readonly events: readonly ChatEvent[] }) {
  const me = useChinwag((state) => state.user);
  const file = fileOf(event);
  const id = file?.id ?? "";
  const begun = usePlaying((playing) => playing.id === id);
  const position = usePlaying((playing) => (playing.id === id ? playing.position : 0));
  const moving = usePlaying((playing) => playing.id === id && playing.moving);
  const rate = usePlaying((playing) => playing.rate);
  const played = usePlaying((playing) => playing.played.has(id));
  // Those that follow are newer: they stand above it.
  const track = trackOf(event, () => [...events].reverse());
  if (!file || !track) return null;
  return (
    <div className={styles["row"]}>
      <div className={styles["voice"]}>
        <VoiceNote
          waveform={file.waveform ?? ""}
          position={position}
          duration={file.duration ?? 0}
          playing={moving}
          begun={begun}
          rate={rate}
          fresh={event.sender !== me && !played}
          onToggle={() => player.toggle(track)}
          onSeek={(to) => player.seek(track, to)}
          onRate={() => player.faster()}
          end={<Said event={event} />}
        />
      </div>
      <Show seq={event.seq} onShow={onShow} />
    </div>
  );
}

/** A message may have several. */
export function LinkRows({ event, onShow }: RowProps) {
  const text = event.body.kind === "message" ? event.body.text : "";
  const parts = links(text).map((found) => found.part);
  return (
    <div className={styles["row"]}>
      <span className={styles["sign"]}>
        <Link2 aria-hidden />
      </span>
      <div className={styles["words"]}>
        {parts.map((part) => (
          <a
            key={part.href}
            className={styles["link"]}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer nofollow"
            dir="ltr"
          >
            {part.shown}
          </a>
        ))}
        {parts.every((part) => part.text !== text.trim()) && (
          <span className={styles["facts"]} dir="auto">
            {oneLine(text)}
          </span>
        )}
        <Said event={event} />
      </div>
      <Show seq={event.seq} onShow={onShow} />
    </div>
  );
}

function Said({ event }: { readonly event: ChatEvent }) {
  const now = useNow(HOUR);
  const who = useChinwag((state) => called(state, event.sender));
  return (
    <span className={styles["facts"]}>
      <bdi>{who}</bdi> · {dayOfYear(event.at, now)}, {timeOfDay(event.at)}
    </span>
  );
}

function Show({ seq, onShow }: { readonly seq: Seq; readonly onShow: (seq: Seq) => void }) {
  const t = useWords("files");
  return (
    <IconButton label={t("showInChat")} icon={<MessageSquareText />} onClick={() => onShow(seq)} />
  );
}

function fileOf({ body }: ChatEvent): File | undefined {
  return body.kind === "message" ? body.file : undefined;
}
