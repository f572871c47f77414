import { Info, MessageCircle, ShieldCheck, ShieldOff, UserMinus } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Confirm, toast, type MenuItem } from "@/design";
import { client, isAdmin, newId, type Chat } from "@/state";
import type { Role } from "@/wire/types";
import { firstName, refusalText, useWords } from "@/words";
import type { Shown } from "./members";

function say(error: unknown): void {
  toast({ text: refusalText(error), urgent: true });
}

/** What can be done about a member. `remove` asks first. */
export function useMemberActions(chat: Chat, remove: (member: Shown) => void) {
  const t = useWords("groups");
  const [, navigate] = useLocation();

  const open = async (member: Shown, page: string) => {
    try {
      const head = await client.ask({ type: "open_direct", user: member.id });
      navigate(`/c/${head.chat}${page}`);
    } catch (error) {
      say(error);
    }
  };
  const setRole = (member: Shown, role: Role) => {
    client
      .ask({ type: "set_role", chat: chat.id, client_id: newId(), user: member.id, role })
      .catch(say);
  };

  return (member: Shown): readonly MenuItem[] => [
    {
      label: t("message", { name: firstName(member.name) }),
      icon: <MessageCircle />,
      onSelect: () => void open(member, ""),
    },
    { label: t("profile"), icon: <Info />, onSelect: () => void open(member, "/info") },
    ...(isAdmin(chat)
      ? [
          {
            label: t(member.admin ? "demote" : "promote"),
            icon: member.admin ? <ShieldOff /> : <ShieldCheck />,
            separated: true,
            onSelect: () => setRole(member, member.admin ? "member" : "admin"),
          },
          {
            label: t("remove"),
            icon: <UserMinus />,
            danger: true,
            onSelect: () => remove(member),
          },
        ]
      : []),
  ];
}

interface RemoveProps {
  readonly chat: Chat;
  readonly member: Shown;
  readonly onClose: () => void;
}

/** Ask before somebody is put out. */
export function Remove({ chat, member, onClose }: RemoveProps) {
  const t = useWords("groups");
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    const command = { type: "remove_member", chat: chat.id, user: member.id } as const;
    await client.ask({ ...command, client_id: newId() }).catch(say);
    onClose();
  };
  return (
    <Confirm
      open
      danger
      busy={busy}
      title={t("removeTitle", { name: member.name })}
      text={t("removeText")}
      action={t("removeVerb")}
      onConfirm={() => void remove()}
      onOpenChange={(stays) => !stays && onClose()}
    />
  );
}
