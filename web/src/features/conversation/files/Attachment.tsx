/** The file of a message, and what was written with it. */
import type { ReactNode } from "react";
import type { Id, Message, Seq } from "@/wire/types";
import type { MessageItem } from "../items";
import { RichText } from "../RichText";
import styles from "./Attachment.module.css";
import { Document } from "./Document";
import { Media } from "./Media";
import type { ShownFile } from "./shown";
import { Voice } from "./Voice";

export interface AttachmentProps {
  readonly chat: Id;
  readonly item: MessageItem;
  readonly file: ShownFile;
  readonly stop: boolean;
  /** Time and ticks. */
  readonly end: ReactNode;
  readonly onMention: (user: Id) => void;
  readonly onView: (seq: Seq) => void;
}

export function Attachment(props: AttachmentProps) {
  const { chat, item, file, stop, end, onMention, onView } = props;
  const caption = captionOf(item);
  const words = caption && (
    <div className={styles["caption"]}>
      <RichText body={caption} end={end} onMention={onMention} />
    </div>
  );
  switch (file.kind) {
    case "photo":
    case "video":
      return (
        <div className={styles["media"]}>
          <div className={styles["pictures"]}>
            <Media parts={item.album ?? [item]} stop={stop} onOpen={onView} />
            {!words && <span className={styles["over"]}>{end}</span>}
          </div>
          {words}
        </div>
      );
    case "voice":
      return (
        <>
          <Voice chat={chat} item={item} file={file} stop={stop} end={words ? null : end} />
          {words}
        </>
      );
    case "document":
      return (
        <>
          <Document file={file} stop={stop} end={words ? null : end} />
          {words}
        </>
      );
  }
}

/** What was written with it; of an album, with one of its parts. */
export function captionOf(item: MessageItem): Message | null {
  for (const { said } of item.album ?? [item]) {
    const body = "event" in said ? said.event.body : said.pending.body;
    if (body.kind === "message" && body.text !== "") return body;
  }
  return null;
}
