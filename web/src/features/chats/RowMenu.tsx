import { useState } from "react";
import { Confirm, FloatingMenu, toast } from "@/design";
import { client, newId, useChinwag, type Chat } from "@/state";
import { chatTitle, refusalText, useWords } from "@/words";
import { useChatActions } from "./useChatActions";
import type { useRowMenu } from "./useRowMenu";

/** What can be done with the chat at which the menu is open. */
export function RowMenu({ menu }: { readonly menu: ReturnType<typeof useRowMenu> }) {
  const { at, close } = menu;
  const [leaving, setLeaving] = useState<Chat | null>(null);
  const actions = useChatActions(setLeaving);
  const chat = useChinwag((state) => (at ? state.chats.get(at.chat) : undefined));
  const users = useChinwag((state) => state.users);
  const user = useChinwag((state) => state.user);
  return (
    <>
      <FloatingMenu
        items={chat ? actions({ user, users }, chat) : []}
        place={at?.place ?? null}
        onClose={close}
        finalFocus={() => at?.from ?? null}
      />
      {leaving && <Leave chat={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function Leave({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }) {
  const t = useWords("chats");
  const title = useChinwag((state) => chatTitle(state, chat));
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await client.ask({ type: "leave", chat: chat.id, client_id: newId() });
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
    }
    onClose();
  };
  return (
    <Confirm
      open
      danger
      busy={busy}
      title={t("leaveTitle", { title })}
      text={t("leaveText")}
      action={t("leaveVerb")}
      onConfirm={() => void leave()}
      onOpenChange={(open) => !open && onClose()}
    />
  );
}
