import { Archive } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Avatar, Highlight, ListRow, Spinner, toast, useRowPlace, VisuallyHidden } from "@/design";
import { client, useChinwag } from "@/state";
import type { User } from "@/wire/types";
import { lit, refusalText, useWords, userName } from "@/words";
import styles from "./ChatList.module.css";
import type { Section } from "./items";
import { show } from "./shown";

/** Somebody without a chat yet: choosing them makes it. */
export function PersonRow({
  user,
  wanted,
}: {
  readonly user: User;
  readonly wanted: readonly string[];
}) {
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const online = useChinwag((state) => state.presence.get(user.id)?.online ?? false);
  const name = userName(user);
  const handle = `@${user.handle}`;
  const open = async () => {
    setBusy(true);
    try {
      const { chat } = await client.ask({ type: "open_direct", user: user.id });
      navigate(`/c/${chat}`);
      show({ query: "" });
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <ListRow
      leading={
        <Avatar id={user.id} name={name} kind={user.kind} picture={user.avatar} online={online} />
      }
      title={<Highlight text={name} ranges={lit(name, wanted)} />}
      subtitle={<Highlight text={handle} ranges={lit(handle, wanted)} />}
      trailing={busy && <Spinner size={16} />}
      onSelect={() => void open()}
    />
  );
}

/** The way to what is out of the way. */
export function ArchivedRow({ waiting }: { readonly waiting: number }) {
  const t = useWords("chats");
  const place = useRowPlace();
  return (
    <button
      type="button"
      className={styles["archived"]}
      onClick={() => show({ archived: true })}
      {...place}
    >
      <span>
        <Archive size={20} strokeWidth={1.75} aria-hidden />
      </span>
      <span>{t("archived")}</span>
      {waiting > 0 && (
        <>
          <span className={styles["waiting"]} aria-hidden>
            {waiting}
          </span>
          <VisuallyHidden>{t("archivedUnread", { count: waiting })}</VisuallyHidden>
        </>
      )}
    </button>
  );
}

export function Heading({ of }: { readonly of: Section }) {
  const t = useWords("chats");
  return <h2 className={styles["heading"]}>{t(of)}</h2>;
}
