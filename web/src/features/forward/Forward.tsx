import { Check } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { Avatar, Button, Dialog, ListRow, SearchField, toast, VirtualList } from "@/design";
import { chatRows, client, mayPost, now, useChinwag, type Chat } from "@/state";
import type { File, Id } from "@/wire/types";
import { chatTitle, useWords } from "@/words";
import styles from "./Forward.module.css";

export interface ForwardProps {
  readonly file: File;
  /** What was written with it. */
  readonly text: string;
  readonly onClose: () => void;
}

const NONE: ReadonlySet<Id> = new Set();

/** Choose chats, and send the file there: it is not uploaded again. */
export function Forward({ file, text, onClose }: ForwardProps) {
  const t = useWords("files");
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(NONE);
  const rows = useChinwag((state) => chatRows(state, { query }));
  const account = useChinwag((state) => state.account);
  const users = useChinwag((state) => state.users);
  const chats = useMemo(
    () => rows.filter((chat) => mayPost({ account, users }, chat)),
    [rows, account, users],
  );
  const toggle = useCallback((id: Id) => {
    setChosen((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  }, []);
  const send = () => {
    for (const id of chosen) client.send(id, text, { file });
    const [first] = chosen;
    const chat = now().chats.get(first ?? "");
    const name = chat ? chatTitle(now(), chat) : "";
    toast({ text: t("forwarded", { count: chosen.size, name }) });
    onClose();
  };
  return (
    <Dialog
      open
      title={t("forwardTitle")}
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <span className={styles["count"]} role="status">
            {chosen.size > 0 && t("chosen", { count: chosen.size })}
          </span>
          <Button variant="primary" disabled={chosen.size === 0} onClick={send}>
            {t("forwardVerb")}
          </Button>
        </>
      }
    >
      <SearchField label={t("forwardSearch")} value={query} onChange={setQuery} />
      <div className={styles["list"]}>
        {chats.length > 0 ? (
          <VirtualList
            label={t("forwardTitle")}
            items={chats}
            keyOf={keyOf}
            estimate={56}
            render={(chat) => <Row chat={chat} checked={chosen.has(chat.id)} onToggle={toggle} />}
          />
        ) : (
          <p className={styles["none"]} role="status">
            {t(query ? "forwardNone" : "forwardEmpty")}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function keyOf(chat: Chat): string {
  return chat.id;
}

interface RowProps {
  readonly chat: Chat;
  readonly checked: boolean;
  readonly onToggle: (id: Id) => void;
}

function Row({ chat, checked, onToggle }: RowProps) {
  const title = useChinwag((state) => chatTitle(state, chat));
  const peer = useChinwag((state) => state.users.get(chat.peer ?? ""));
  return (
    <ListRow
      leading={
        <Avatar
          id={chat.peer ?? chat.id}
          name={title}
          kind={chat.kind === "direct" ? peer?.kind : chat.kind}
          picture={chat.kind === "direct" ? peer?.avatar : chat.group?.avatar}
          size={40}
        />
      }
      title={title}
      trailing={
        <span className={styles["check"]} data-on={checked || undefined}>
          <Check aria-hidden />
        </span>
      }
      checked={checked}
      onSelect={() => onToggle(chat.id)}
    />
  );
}
