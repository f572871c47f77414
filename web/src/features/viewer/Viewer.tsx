import { Dialog } from "@base-ui/react/dialog";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { EmptyState, IconButton, Spinner, VisuallyHidden } from "@/design";
import { player, useChinwag } from "@/state";
import type { ChatEvent, Id, Seq } from "@/wire/types";
import { fileWords, fullTime, nameOf, useWords } from "@/words";
import { Bar } from "./Bar";
import { Film } from "./Film";
import { Photo, type PhotoHandle } from "./Photo";
import type { Frame } from "./reel";
import { useReel } from "./useReel";
import styles from "./Viewer.module.css";

export interface ViewerProps {
  readonly chat: Id;
  /** Of the message whose photo or video is shown. */
  readonly seq: Seq;
  readonly onGo: (seq: Seq) => void;
  readonly onForward: (event: ChatEvent) => void;
  /** To the message in its chat. */
  readonly onShow: (seq: Seq) => void;
  readonly onClose: () => void;
}

export function Viewer(props: ViewerProps) {
  const { chat, seq, onGo, onForward, onShow, onClose } = props;
  const t = useWords("files");
  const popup = useRef<HTMLDivElement>(null);
  const photo = useRef<PhotoHandle>(null);
  const { status, frame, before, after } = useReel(chat, seq);
  const go = (to: Frame | null) => {
    if (to) onGo(to.event.seq);
  };
  useEffect(() => {
    if (frame?.file.kind === "video") player.pause();
  }, [frame]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keyOf(event);
    // A film has keys of its own while it has the focus.
    if (key === null || event.target instanceof HTMLVideoElement) return;
    if (!photo.current?.move(key)) {
      if (key === "ArrowLeft" || key === "ArrowRight") {
        const onward = (key === "ArrowRight") === (document.documentElement.dir !== "rtl");
        go(onward ? after : before);
      } else if (key === "+" || key === "-") photo.current?.zoom(key === "+" ? 1.5 : 1 / 1.5);
      else return;
    }
    event.preventDefault();
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles["backdrop"]} />
        <Dialog.Viewport className={styles["viewport"]}>
          <Dialog.Popup
            ref={popup}
            className={styles["viewer"]}
            initialFocus={popup}
            aria-label={t("viewer")}
            onKeyDown={onKeyDown}
          >
            <Bar
              chat={chat}
              frame={frame}
              onZoom={
                frame?.file.kind === "photo" ? (factor) => photo.current?.zoom(factor) : undefined
              }
              onForward={onForward}
              onShow={onShow}
              onClose={onClose}
            />
            <div className={styles["stage"]}>
              {status === "loading" && <Spinner size={32} label={t("loading")} />}
              {status === "gone" && <EmptyState alone title={t("gone")} text={t("goneText")} />}
              {frame?.file.kind === "photo" && (
                <Photo
                  key={frame.file.id}
                  ref={photo}
                  file={frame.file}
                  onBefore={() => go(before)}
                  onAfter={() => go(after)}
                  onClose={onClose}
                />
              )}
              {frame?.file.kind === "video" && <Film key={frame.file.id} file={frame.file} />}
              {before && (
                <IconButton
                  label={t("previous")}
                  icon={<ChevronLeft />}
                  turns
                  className={styles["before"]}
                  onClick={() => go(before)}
                />
              )}
              {after && (
                <IconButton
                  label={t("next")}
                  icon={<ChevronRight />}
                  turns
                  className={styles["after"]}
                  onClick={() => go(after)}
                />
              )}
            </div>
            {frame && frame.event.body.text !== "" && (
              <p className={styles["caption"]} dir="auto">
                {frame.event.body.text}
              </p>
            )}
            <Told frame={frame} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What is in front, for those who cannot see it: said anew with each. */
function Told({ frame }: { readonly frame: Frame | null }) {
  const who = useChinwag((state) => (frame ? nameOf(state, frame.event.sender) : ""));
  const what = frame && `${fileWords(frame.file)}, ${who}, ${fullTime(frame.event.at)}`;
  return (
    <VisuallyHidden>
      <span role="status">{what}</span>
    </VisuallyHidden>
  );
}

/** `=` and `_` are on the keys of + and -. */
function keyOf({ key }: KeyboardEvent): string | null {
  if (key === "+" || key === "=") return "+";
  if (key === "-" || key === "_") return "-";
  return key.startsWith("Arrow") ? key : null;
}
