/** Above the picture: whose it is, since when, and what one can do with it. */
import { Download, Forward, MessageSquareText, X, ZoomIn, ZoomOut } from "lucide-react";
import { Avatar, download, IconButton, useNow } from "@/design";
import { useChinwag } from "@/state";
import type { ChatEvent, Id, Seq } from "@/wire/types";
import { called, moment, nameOf, useWords } from "@/words";
import type { Frame } from "./reel";
import styles from "./Viewer.module.css";

export interface BarProps {
  readonly chat: Id;
  readonly frame: Frame | null;
  /** Without it, there is nothing to be enlarged. */
  readonly onZoom: ((factor: number) => void) | undefined;
  readonly onForward: (event: ChatEvent) => void;
  readonly onShow: (seq: Seq) => void;
  readonly onClose: () => void;
}

export function Bar({ frame, onZoom, onForward, onShow, onClose }: BarProps) {
  const t = useWords("files");
  return (
    <header className={styles["bar"]}>
      {frame && <Sender event={frame.event} />}
      <div className={styles["doings"]}>
        {onZoom && (
          <>
            <IconButton
              label={t("zoomOut")}
              icon={<ZoomOut />}
              className={styles["roomy"]}
              onClick={() => onZoom(1 / 1.5)}
            />
            <IconButton
              label={t("zoomIn")}
              icon={<ZoomIn />}
              className={styles["roomy"]}
              onClick={() => onZoom(1.5)}
            />
          </>
        )}
        {frame && (
          <>
            <IconButton
              label={t("showInChat")}
              icon={<MessageSquareText />}
              onClick={() => onShow(frame.event.seq)}
            />
            <IconButton
              label={t("forward")}
              icon={<Forward />}
              turns
              onClick={() => onForward(frame.event)}
            />
            <IconButton
              label={t("download")}
              icon={<Download />}
              onClick={() => download(frame.file)}
            />
          </>
        )}
        <IconButton label={t("close")} icon={<X />} onClick={onClose} />
      </div>
    </header>
  );
}

function Sender({ event }: { readonly event: ChatEvent }) {
  const now = useNow();
  const user = useChinwag((state) => state.users.get(event.sender));
  const name = useChinwag((state) => nameOf(state, event.sender));
  const shown = useChinwag((state) => called(state, event.sender));
  return (
    <div className={styles["sender"]}>
      <Avatar id={event.sender} name={name} kind={user?.kind} picture={user?.avatar} size={40} />
      <div className={styles["who"]}>
        <span className={styles["name"]} dir="auto">
          {shown}
        </span>
        <span className={styles["when"]}>{moment(event.at, now)}</span>
      </div>
    </div>
  );
}
