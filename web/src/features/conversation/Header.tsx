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
import { Avatar, classes, IconButton, Menu, type MenuItem, toast, useNow } from "@/design";
import { type Chat, client, muted, useChinwag } from "@/state";
import { chatTitle, refusalText, useWords, muteChoices } from "@/words";
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
      <div className={styles["who"]}>
        <Avatar
          id={chat.peer ?? chat.id}
          name={title}
          size={40}
          online={online}
          kind={chat.kind === "direct" ? peer?.kind : chat.kind}
          picture={chat.kind === "direct" ? peer?.avatar : chat.group?.avatar}
        />
        <div className={styles["words"]}>
          <h1 className={styles["title"]} dir="auto">
            {chat.kind === "self" ? (
              title
            ) : (
              <button
                type="button"
                className={styles["open"]}
                title={t("details")}
                onClick={onDetails}
              >
                {title}
              </button>
            )}
          </h1>
          <p className={classes(styles["line"], lively && styles["lively"])}>
            <bdi>{text}</bdi>
          </p>
        </div>
      </div>
      <Menu
        items={useMenu(chat, onDetails)}
        trigger={<IconButton label={t("menu")} icon={<EllipsisVertical />} />}
      />
    </header>
  );
}

function useMenu(chat: Chat, onDetails: () => void): MenuItem[] {
  const t = useWords("conversation");
  const now = useNow();
  const arrange = (how: Parameters<typeof client.arrange>[1], done: string): void => {
    client.arrange(chat.id, how).then(
      () => toast({ text: done }),
      (error: unknown) => toast({ text: refusalText(error), urgent: true }),
    );
  };
  const info: MenuItem = {
    label: chat.kind === "group" ? t("groupInfo") : t("contactInfo"),
    icon: <Info />,
    onSelect: onDetails,
  };
  const mute: MenuItem = muted(chat, now)
    ? {
        label: t("unmute"),
        icon: <Bell />,
        onSelect: () => arrange({ muted_until: 0 }, t("unmuted")),
      }
    : {
        label: t("mute"),
        icon: <BellOff />,
        items: muteChoices(now).map(({ label, until }) => ({
          label,
          onSelect: () => arrange({ muted_until: until }, t("muted")),
        })),
      };
  const unread: MenuItem = {
    label: t("markUnread"),
    icon: <MessageCircleDashed />,
    onSelect: () => arrange({ unread: true }, t("markedUnread")),
  };
  const archived = chat.mine.archived === true;
  const archive: MenuItem = {
    label: archived ? t("unarchive") : t("archive"),
    icon: archived ? <ArchiveRestore /> : <Archive />,
    onSelect: () => arrange({ archived: !archived }, archived ? t("unarchived") : t("archived")),
  };
  // Notes to oneself have no details, and make no noise.
  return chat.kind === "self" ? [unread, archive] : [info, mute, unread, archive];
}
