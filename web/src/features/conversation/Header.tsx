/** Above the messages: with whom, and whether they are here. */
import {
  Archive,
  ArchiveRestore,
  ArrowLeft,
  Bell,
  BellOff,
  EllipsisVertical,
  Info,
  MessageCircleDashed,
} from "lucide-react";
import { useState } from "react";
import { Avatar, classes, IconButton, Menu, type MenuItem, toast } from "@/design";
import { type Chat, client, muted, useChinwag } from "@/state";
import { refusalText, useWords } from "@/words";
import { chatTitle } from "@/words/names";
import type { User } from "@/wire/types";
import styles from "./Header.module.css";
import { useSubtitle } from "./subtitle";

export interface HeaderProps {
  readonly chat: Chat;
  readonly members: readonly User[];
  readonly onBack: () => void;
  readonly onDetails: () => void;
}

export function Header({ chat, members, onBack, onDetails }: HeaderProps) {
  const t = useWords("conversation");
  const title = useChinwag((state) => chatTitle(state, chat));
  const peer = useChinwag((state) => (chat.peer ? state.users.get(chat.peer) : undefined));
  const online = useChinwag(
    (state) => !!chat.peer && state.presence.get(chat.peer)?.online === true,
  );
  const { text, lively } = useSubtitle(chat, members);
  return (
    <header className={styles["header"]}>
      <IconButton
        className={styles["back"]}
        label={t("back")}
        icon={<ArrowLeft />}
        turns
        onClick={onBack}
      />
      <button
        type="button"
        className={styles["who"]}
        onClick={onDetails}
        title={t("detailsOf", { title })}
      >
        <Avatar
          id={chat.peer ?? chat.id}
          name={title}
          size={40}
          online={online}
          kind={chat.kind === "direct" ? peer?.kind : chat.kind}
        />
        <span className={styles["words"]}>
          <h1 className={styles["title"]} dir="auto">
            {title}
          </h1>
          <span className={classes(styles["line"], lively && styles["lively"])}>
            <bdi>{text}</bdi>
          </span>
        </span>
      </button>
      <Menu
        items={useMenu(chat, onDetails)}
        trigger={<IconButton label={t("menu")} icon={<EllipsisVertical />} />}
      />
    </header>
  );
}

/** 'For ever', for a bell: the largest moment that the wire holds is far enough. */
const ALWAYS = Number.MAX_SAFE_INTEGER;

function useMenu(chat: Chat, onDetails: () => void): MenuItem[] {
  const t = useWords("conversation");
  const [opened] = useState(() => Date.now());
  const silent = muted(chat, opened);
  const arrange = (how: Parameters<typeof client.arrange>[1], done: string): void => {
    client.arrange(chat.id, how).then(
      () => toast({ text: done }),
      (error: unknown) => toast({ text: refusalText(error), urgent: true }),
    );
  };
  const archived = chat.mine.archived === true;
  return [
    {
      label: chat.kind === "group" ? t("groupInfo") : t("contactInfo"),
      icon: <Info />,
      onSelect: onDetails,
    },
    {
      label: silent ? t("unmute") : t("mute"),
      icon: silent ? <Bell /> : <BellOff />,
      separated: true,
      onSelect: () =>
        arrange({ muted_until: silent ? 0 : ALWAYS }, silent ? t("unmuted") : t("muted")),
    },
    {
      label: t("markUnread"),
      icon: <MessageCircleDashed />,
      onSelect: () => arrange({ unread: true }, t("markedUnread")),
    },
    {
      label: archived ? t("unarchive") : t("archive"),
      icon: archived ? <ArchiveRestore /> : <Archive />,
      onSelect: () => arrange({ archived: !archived }, archived ? t("unarchived") : t("archived")),
    },
  ];
}
