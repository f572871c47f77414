import { useRef, useState, type SubmitEvent } from "react";
import { Button, Dialog, TextArea, TextField } from "@/design";
import { client, newId, type Chat } from "@/state";
import { LIMITS } from "@/wire/types";
import { refusalText, useWords } from "@/words";
import styles from "./Groups.module.css";

/** Another name or description. */
export function Edit({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }) {
  const t = useWords("groups");
  const before = { title: chat.group?.title ?? "", description: chat.group?.description ?? "" };
  const [title, setTitle] = useState(before.title);
  const [description, setDescription] = useState(before.description);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const save = async () => {
    const change = {
      ...(title.trim() !== before.title && { title: title.trim() }),
      ...(description.trim() !== before.description && { description: description.trim() }),
    };
    if (Object.keys(change).length === 0) {
      onClose();
      return;
    }
    setBusy(true);
    setProblem("");
    try {
      await client.ask({ type: "change_group", chat: chat.id, client_id: newId(), ...change });
      onClose();
    } catch (error) {
      setProblem(refusalText(error));
      setBusy(false);
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (title.trim()) void save();
    else field.current?.focus();
  };
  return (
    <Dialog
      open
      title={t("edit")}
      initialFocus={field}
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" form="edit-group" variant="primary" busy={busy}>
            {t("save")}
          </Button>
        </>
      }
    >
      <form id="edit-group" noValidate className={styles["dialog"]} onSubmit={submit}>
        <TextField
          ref={field}
          label={t("title")}
          most={LIMITS.TITLE_CHARS}
          dir="auto"
          value={title}
          error={title.trim() ? undefined : t("titleMissing")}
          onChange={(event) => setTitle(event.target.value)}
        />
        <TextArea
          label={t("description")}
          most={LIMITS.DESCRIPTION_CHARS}
          rows={5}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
        {problem && (
          <p className={styles["problem"]} role="alert">
            {problem}
          </p>
        )}
      </form>
    </Dialog>
  );
}
