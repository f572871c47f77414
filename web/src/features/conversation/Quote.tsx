/** The message that another one answers, in two lines. */
import type { CSSProperties } from "react";
import { senderColour, VisuallyHidden } from "@/design";
import { useChinwag } from "@/state";
import { called, preview, useWords } from "@/words";
import type { Id, Seq } from "@/wire/types";
import { useQuoted } from "./quoted";
import styles from "./Quote.module.css";

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
  const content = gone ? (
    <span className={styles["text"]}>{t("quoteGone")}</span>
  ) : (
    <>
      <span className={styles["name"]} dir="auto">
        {name || "\u00a0"}
      </span>
      <span className={styles["text"]} dir="auto">
        {text || "\u00a0"}
      </span>
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
