/** The dialog between choosing files and sending them. */
import { SendHorizontal } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Button, Dialog, Switch, toast } from "@/design";
import { client, mayPost, newId, now, useChinwag } from "@/state";
import { fileSize, fileTitle, refusalText, useWords } from "@/words";
import type { Id } from "@/wire/types";
import { faultOf, MOST, total, type Item, type Parcels } from "./parcels";
import styles from "./SendFiles.module.css";
import { Stage } from "./Stage";
import { Strip } from "./Strip";
import { useParcels } from "./useParcels";

export interface SendFilesProps {
  readonly chat: Id;
  readonly files: readonly File[];
  /** They were chosen as documents: pictures go as the files they are. */
  readonly asDocuments?: boolean;
  readonly onClose: () => void;
}

export function SendFiles({ chat, files, asDocuments = false, onClose }: SendFilesProps) {
  const t = useWords("sending");
  const [written] = useState(() => now().drafts.get(chat)?.text ?? "");
  const { parcels, change, add } = useParcels(files, asDocuments, written);
  const { items, shown } = parcels;
  const [left, setLeft] = useState(Math.max(0, files.length - MOST));
  const limit = useLimit();
  const enterSends = useChinwag((state) => state.preferences.enterSends);
  const caption = useRef<HTMLTextAreaElement>(null);

  const more = (chosen: readonly File[]): void => {
    setLeft(Math.max(0, items.length + chosen.length - MOST));
    add(chosen);
  };
  const remove = (id: string): void => {
    if (items.length === 1) onClose();
    else change({ type: "remove", id });
  };
  const current = items.find(({ id }) => id === shown);
  const faulty = items.filter((item) => faultOf(item, limit) !== null);
  const looking = items.some(({ looked }) => looked === null);
  const open = useChinwag((state) => {
    const it = state.chats.get(chat);
    return it !== undefined && mayPost(state, it);
  });
  const ready = open && items.length > 0 && !looking && faulty.length === 0;
  const submit = (): void => {
    if (!ready) return;
    try {
      sendAll(chat, parcels);
      onClose();
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    // While a word is being composed, Enter chooses it.
    if (event.nativeEvent.isComposing || event.key !== "Enter") return;
    const touches = window.matchMedia("(pointer: coarse)").matches;
    const plain = enterSends && !touches && !event.shiftKey && !event.altKey;
    if (!plain && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    submit();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const { files: pasted, types } = event.clipboardData;
    if (pasted.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    more([...pasted]);
  };

  return (
    <Dialog
      open
      wide
      title={t("title", { count: items.length })}
      onOpenChange={(open) => !open && onClose()}
      initialFocus={caption}
      footer={
        <div className={styles["foot"]}>
          <span className={styles["total"]}>{t("total", { size: fileSize(total(items)) })}</span>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" disabled={!ready} busy={looking} onClick={submit}>
            <SendHorizontal size={18} aria-hidden className={styles["turns"]} />
            {t("send")}
          </Button>
        </div>
      }
    >
      <div
        // What is dropped or pasted anywhere in it is added.
        role="presentation"
        className={styles["all"]}
        onPaste={onPaste}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          more([...event.dataTransfer.files]);
        }}
      >
        {current && <Stage item={current} asDocument={parcels.asDocuments} />}
        <Strip
          items={items}
          shown={shown}
          limit={limit}
          onShow={(id) => change({ type: "show", id })}
          onRemove={remove}
          onAdd={more}
        />
        {(!open || faulty.length > 0 || left > 0) && (
          <ul className={styles["faults"]} role="alert">
            {!open && <li>{t("closed")}</li>}
            {faulty.map((item) => (
              <li key={item.id}>
                {t(faultOf(item, limit) === "empty" ? "isEmpty" : "isTooLarge", {
                  name: fileTitle(item.file.name),
                  limit: fileSize(limit),
                })}{" "}
                {t(faulty.length < items.length ? "removeToSend" : "chooseAnother")}
              </li>
            ))}
            {left > 0 && <li>{t("tooMany", { count: left, most: MOST })}</li>}
          </ul>
        )}
        <textarea
          ref={caption}
          className={styles["caption"]}
          rows={1}
          dir="auto"
          value={current?.caption ?? ""}
          placeholder={t("caption")}
          aria-label={t("captionFor", { name: current?.file.name ?? "" })}
          onChange={({ target }) => change({ type: "caption", id: shown, text: target.value })}
          onKeyDown={onKeyDown}
        />
        {items.some(({ looked }) => looked !== null && looked.kind !== "document") && (
          <Switch
            label={t("asDocuments")}
            hint={t("asDocumentsHint")}
            checked={parcels.asDocuments}
            onChange={(on) => change({ type: "asDocuments", on })}
          />
        )}
      </div>
    </Dialog>
  );
}

/** Bytes that the server takes of one file; no bound until it has said so. */
function useLimit(): number {
  const [limit, setLimit] = useState(Infinity);
  useEffect(() => {
    let shown = true;
    client.fileLimit().then(
      (bytes) => shown && setLimit(bytes),
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, []);
  return limit;
}

/** Into the outbox, in their order; an answer quotes with the first. */
function sendAll(chat: Id, { items, asDocuments }: Parcels): void {
  const batch = newId();
  const draft = now().drafts.get(chat);
  items.forEach((item, index) => {
    const replyTo = index === 0 ? draft?.replyTo : undefined;
    const options = replyTo === undefined ? {} : { replyTo };
    const what = attached(item, asDocuments, batch);
    client.sendFile(chat, item.file, what, item.caption.trim(), options);
  });
  if (!draft) return;
  const { text, mentions = {} } = draft;
  const said = text === "" || items.some(({ drafted }) => drafted);
  client.draft(chat, said ? null : { text, mentions, at: Date.now() });
}

function attached({ file, looked }: Item, asDocument: boolean, batch: string) {
  const { kind, width, height, duration } = looked!;
  const { name, type, size } = file;
  const plain = asDocument || kind === "document";
  return {
    kind: plain ? ("document" as const) : kind,
    name: name === "" ? "file" : name,
    type,
    size,
    width: plain ? 0 : width,
    height: plain ? 0 : height,
    duration: plain ? 0 : duration,
    batch,
  };
}
