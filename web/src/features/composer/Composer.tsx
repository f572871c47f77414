/** Where one writes. */
import { Mic, SendHorizontal, X } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { Button, classes, IconButton } from "@/design";
import { client, useChinwag } from "@/state";
import { useWords } from "@/words";
import type { Id, Seq, User } from "@/wire/types";
import { AttachButton } from "./AttachButton";
import styles from "./Composer.module.css";
import { EmojiButton } from "./EmojiButton";
import { completed, mentionedIn } from "./mentioning";
import { MentionList, optionId } from "./MentionList";
import { clean, room, split } from "./text";
import { caretIn, rememberCaret, useDraft } from "./useDraft";
import { useMentioning } from "./useMentioning";
import { leftIn } from "./voice/left";
import { Press } from "./voice/press";
import { sendVoice } from "./voice/send";

const Recorder = lazy(() => import("./voice/Recorder"));

export interface ComposerHandle {
  readonly focus: () => void;
  /** Answer this message. */
  readonly reply: (seq: Seq) => void;
}

export interface ComposerProps {
  readonly chat: Id;
  /** Who may be mentioned; nobody in a direct chat. */
  readonly members: readonly User[];
  /** How an answered message looks. */
  readonly quote: (seq: Seq) => ReactNode;
  readonly onFiles: (files: readonly File[], asDocuments?: boolean) => void;
  /** Up, out of an empty composer. */
  readonly onUp: () => void;
  readonly ref?: Ref<ComposerHandle>;
}

/** From here on it is told how much room is left. */
const SCARCE = 500;

/** With a finger there is no Shift: Enter begins a line, and the button sends. */
function touches(): boolean {
  return window.matchMedia("(pointer: coarse)").matches;
}

/** One chat for as long as it is mounted. */
export function Composer({ chat, members, quote, onFiles, onUp, ref }: ComposerProps) {
  const t = useWords("composer");
  const sending = useWords("sending");
  const field = useRef<HTMLTextAreaElement>(null);
  const { writing, write, clear, keep } = useDraft(chat);
  const { text, replyTo } = writing;
  const [caret, setCaret] = useState(() => caretIn(chat, text));
  // Where the caret goes with a text that was not typed.
  const standing = useRef<number | null>(null);
  const [typed, setTyped] = useState(false);
  const enterSends = useChinwag((state) => state.preferences.enterSends);
  const me = useChinwag((state) => state.user);
  const [recording, setRecording] = useState<{ readonly press: Press | null } | null>(() =>
    leftIn(chat) ? { press: null } : null,
  );
  const left = room(clean(text));
  const blank = text.trim() === "";

  /** Write `next`, with the caret at `place`. */
  const put = (next: string, place: number, chosen?: Readonly<Record<string, Id>>): void => {
    write({ text: next, ...(chosen && { mentions: chosen }) });
    setCaret(place);
    setTyped(true);
    rememberCaret(chat, place);
    client.typing(chat, next.trim() !== "");
  };
  const mentioning = useMentioning({
    text,
    caret,
    typed,
    members: members.length > 0 ? members.filter((user) => user.id !== me) : members,
    onChoose: (at, user) => {
      const [next, place] = completed(text, at, user);
      put(next, place, { ...writing.mentions, [user.handle]: user.id });
      standing.current = place;
    },
  });

  useImperativeHandle(ref, () => ({
    focus: () => field.current?.focus(),
    reply: (seq) => {
      write({ replyTo: seq });
      field.current?.focus();
    },
  }));
  useLayoutEffect(() => fit(field.current), [text]);
  useLayoutEffect(() => {
    // With the text, not a frame later: by then one has typed on.
    if (standing.current !== null) {
      field.current?.setSelectionRange(standing.current, standing.current);
    }
    standing.current = null;
  }, [writing]);
  useLayoutEffect(() => {
    const element = field.current;
    if (!element || touches()) return;
    element.focus({ preventScroll: true });
    const place = caretIn(chat, element.value);
    element.setSelectionRange(place, place);
  }, [chat]);

  const send = (): void => {
    const whole = clean(text);
    if (whole === "") return;
    const handles = new Map([
      ...members.map((user) => [user.handle, user.id] as const),
      ...Object.entries(writing.mentions),
    ]);
    split(whole).forEach((piece, index) => {
      const mentions = mentionedIn(piece, handles);
      client.send(chat, piece, {
        ...(index === 0 && replyTo !== null && { replyTo }),
        ...(mentions.length > 0 && { mentions }),
      });
    });
    clear();
    setCaret(0);
    rememberCaret(chat, 0);
    client.typing(chat, false);
    field.current?.focus();
  };

  /** What is written is offered with them, as the caption. */
  const offer: ComposerProps["onFiles"] = (files, asDocuments) => {
    keep();
    onFiles(files, asDocuments);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While a word is being composed (Chinese, Japanese …), Enter and the arrows choose it;
    // Safari tells of the last of these keys only by its number.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (mentioning.onKey(event)) event.preventDefault();
    else if (event.key === "Enter") {
      const command = event.ctrlKey || event.metaKey;
      const plain = enterSends && !touches() && !event.shiftKey && !event.altKey;
      if (!command && !plain) return;
      event.preventDefault();
      if (left >= 0) send();
    } else if (event.key === "Escape" && replyTo !== null) {
      event.preventDefault();
      write({ replyTo: null });
    } else if (event.key === "ArrowUp" && !event.altKey && text === "") {
      event.preventDefault();
      onUp();
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const { files, types } = event.clipboardData;
    // What office programs copy is text, with a picture of it beside.
    if (files.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    offer([...files]);
  };
  const onEmoji = (emoji: string): void => {
    const [from, to] = [
      field.current?.selectionStart ?? caret,
      field.current?.selectionEnd ?? caret,
    ];
    const place = from + emoji.length;
    put(text.slice(0, from) + emoji + text.slice(to), place);
    standing.current = place;
  };

  const { id, users, active } = mentioning;
  const marked = users[active];
  return (
    <div className={styles["bar"]}>
      <div className={styles["box"]}>
        {users.length > 0 && (
          <MentionList id={id} users={users} active={active} onChoose={mentioning.choose} />
        )}
        {replyTo !== null && (
          <div className={styles["reply"]}>
            <div className={styles["quote"]}>{quote(replyTo)}</div>
            <IconButton
              size="small"
              label={t("stopReply")}
              icon={<X />}
              onClick={() => {
                write({ replyTo: null });
                field.current?.focus();
              }}
            />
          </div>
        )}
        {left < 0 && (
          <div className={styles["long"]} role="status">
            <span>{t("tooLong")}</span>
            <Button variant="plain" size="small" onClick={send}>
              {t("split", { count: split(clean(text)).length })}
            </Button>
          </div>
        )}
        {recording && (
          <Suspense fallback={<div className={styles["line"]} />}>
            <Recorder
              chat={chat}
              press={recording.press}
              onSend={(recorded) => {
                sendVoice(chat, recorded, replyTo);
                write({ replyTo: null });
              }}
              onClose={() => {
                setRecording(null);
                requestAnimationFrame(() => field.current?.focus());
              }}
            />
          </Suspense>
        )}
        <div className={styles["line"]} hidden={recording !== null}>
          <EmojiButton
            onChoose={onEmoji}
            // With a finger, the keyboard would come up over the picker.
            onPointed={() => touches() || field.current?.focus()}
            onClose={() => field.current?.focus()}
          />
          <AttachButton onFiles={offer} />
          <textarea
            ref={field}
            className={styles["field"]}
            rows={1}
            dir="auto"
            value={text}
            placeholder={t("write")}
            aria-label={t("write")}
            aria-autocomplete={members.length > 0 ? "list" : undefined}
            aria-controls={users.length > 0 ? id : undefined}
            aria-activedescendant={marked && optionId(id, marked)}
            enterKeyHint={enterSends && !touches() ? "send" : "enter"}
            autoComplete="off"
            onChange={({ target }) => put(target.value, target.selectionStart)}
            onSelect={({ currentTarget }) => {
              setCaret(currentTarget.selectionStart);
              rememberCaret(chat, currentTarget.selectionStart);
            }}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
            onBlur={() => client.typing(chat, false)}
          />
          {left < SCARCE && left >= 0 && (
            <span className={styles["left"]} role="status" aria-label={t("left", { count: left })}>
              {left}
            </span>
          )}
          {blank ? (
            <IconButton
              className={classes(styles["tool"], styles["hold"])}
              label={sending("record")}
              icon={<Mic />}
              onPointerDown={({ button, clientX }) => {
                if (button === 0) setRecording({ press: new Press(clientX) });
              }}
              // Else it clicks on what has taken the button's place meanwhile.
              onTouchEnd={(event) => event.cancelable && event.preventDefault()}
              // By a key, or by what reads the screen.
              onClick={() => setRecording((now) => now ?? { press: null })}
            />
          ) : (
            <IconButton
              className={styles["send"]}
              variant="accent"
              label={t("send")}
              icon={<SendHorizontal />}
              turns
              disabled={left < 0}
              // The keyboard of a phone stays where it is.
              onPointerDown={(event) => event.preventDefault()}
              onClick={send}
            />
          )}
        </div>
      </div>
    </div>
  );
}

/** As high as the text, up to what the style allows. */
function fit(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
}
