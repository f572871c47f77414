/** The message that another one answers, in two lines. */
import type { CSSProperties } from "react";
import { Picture, senderColour, VisuallyHidden } from "@/design";
import { useChinwag, useLoaded } from "@/state";
import { called, preview, useWords, withFile } from "@/words";
import type { File, Id, Seq } from "@/wire/types";
import { sourcesOf } from "./files/shown";
import { useQuoted } from "./quoted";
import styles from "./Quote.module.css";

const THUMB = 44;

export interface QuoteProps {
  readonly chat: Id;
  readonly seq: Seq;
  /** Go there; without it, it is only shown. */
  readonly onJump?: (seq: Seq) => void;
  /** Tab leads to it. */
  readonly stop?: boolean;
}

export function Quote({ chat, seq, onJump, stop = false }: QuoteProps) {
  const t = useWords("conversation");
  const event = useQuoted(chat, seq);
  const name = useChinwag((state) => (event ? called(state, event.sender) : ""));
  const text = useChinwag((state) => {
    const of = state.chats.get(chat);
    return event && of ? (preview(state, of, event)?.text ?? "") : "";
  });
  const gone = event === null || (event && text === "");
  const style = { "--quoted": event ? senderColour(event.sender) : undefined } as CSSProperties;
  const file = event?.body.kind === "message" ? event.body.file : undefined;
  const content = gone ? (
    <span className={styles["text"]}>{t("quoteGone")}</span>
  ) : (
    <>
      <span className={styles["words"]}>
        <span className={styles["name"]} dir="auto">
          {name || "\u00a0"}
        </span>
        <span className={styles["text"]} dir="auto">
          {(event && withFile(event, text)) || "\u00a0"}
        </span>
      </span>
      {file && <Thumb file={file} />}
    </>
  );
  if (!onJump || gone) {
    return (
      <div className={styles["quote"]} style={style}>
        {content}
      </div>
    );
  }
  return (
    <button
      type="button"
      className={styles["quote"]}
      style={style}
      tabIndex={stop ? 0 : -1}
      onClick={() => onJump(seq)}
    >
      <VisuallyHidden>{t("inReplyTo")}</VisuallyHidden>
      {content}
    </button>
  );
}

/** What the answered message shows, at its side. */
function Thumb({ file }: { readonly file: File }) {
  const [loaded] = useLoaded(file.kind, file.id);
  const [small] = sourcesOf(file);
  if (!small) return null;
  return (
    <span className={styles["thumb"]}>
      <Picture
        alt=""
        placeholder={file.placeholder}
        sources={loaded ? [small] : []}
        shown={THUMB}
      />
    </span>
  );
}
