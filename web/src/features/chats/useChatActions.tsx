import {
  Archive,
  ArchiveRestore,
  Bell,
  BellOff,
  Info,
  LogOut,
  MailOpen,
  MessageCircleDashed,
  Pin,
  PinOff,
} from "lucide-react";
import { useLocation } from "wouter";
import { toast, type MenuItem } from "@/design";
import { client, isMember, muted, unread, type Chat, type Client } from "@/state";
import { chatTitle, muteChoices, refusalText, useWords, type People } from "@/words";

type Arrangement = Parameters<Client["arrange"]>[1];

/** Do it at once; say so if the server refuses, which takes it back. */
function arrange(chat: Chat, how: Arrangement): void {
  client.arrange(chat.id, how).catch((error: unknown) => {
    toast({ text: refusalText(error), urgent: true });
  });
}

/** What can be done with a chat from the list. `leave` asks first. */
export function useChatActions(leave: (chat: Chat) => void) {
  const t = useWords("chats");
  const [, navigate] = useLocation();

  const archive = (state: People, chat: Chat) => {
    const archived = !chat.mine.archived;
    arrange(chat, { archived });
    toast({
      text: t(archived ? "wasArchived" : "wasUnarchived", { title: chatTitle(state, chat) }),
      action: { label: t("undo"), onSelect: () => arrange(chat, { archived: !archived }) },
    });
  };

  const read = (chat: Chat): MenuItem => {
    const waits = unread(chat) > 0 || chat.mine.unread;
    if (!waits) {
      return {
        label: t("markUnread"),
        icon: <MessageCircleDashed />,
        onSelect: () => arrange(chat, { unread: true }),
      };
    }
    return {
      label: t("markRead"),
      icon: <MailOpen />,
      onSelect: () => {
        client.seen(chat.id, chat.last);
        if (chat.mine.unread) arrange(chat, { unread: false });
      },
    };
  };

  const mute = (chat: Chat): MenuItem =>
    muted(chat, Date.now())
      ? {
          label: t("unmute"),
          icon: <Bell />,
          onSelect: () => arrange(chat, { muted_until: 0 }),
        }
      : {
          label: t("mute"),
          icon: <BellOff />,
          items: muteChoices(Date.now()).map(({ label, until }) => ({
            label,
            onSelect: () => arrange(chat, { muted_until: until }),
          })),
        };

  return (state: People, chat: Chat): readonly MenuItem[] => {
    const pinned = (chat.mine.pinned_at ?? 0) > 0;
    return [
      read(chat),
      {
        label: t(pinned ? "unpin" : "pin"),
        icon: pinned ? <PinOff /> : <Pin />,
        onSelect: () => arrange(chat, { pinned: !pinned }),
      },
      mute(chat),
      {
        label: t(chat.mine.archived ? "unarchive" : "archive"),
        icon: chat.mine.archived ? <ArchiveRestore /> : <Archive />,
        onSelect: () => archive(state, chat),
      },
      ...(chat.kind === "self"
        ? []
        : [
            {
              label: t("info"),
              icon: <Info />,
              separated: true,
              onSelect: () => navigate(`/c/${chat.id}/info`),
            },
          ]),
      ...(chat.kind === "group" && isMember(chat)
        ? [
            {
              label: t("leave"),
              icon: <LogOut />,
              danger: true,
              onSelect: () => leave(chat),
            },
          ]
        : []),
    ];
  };
}
