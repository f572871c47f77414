/** Whether to delete an own message for everyone. */
import { useState } from "react";
import { Confirm, toast } from "@/design";
import { client, newId } from "@/state";
import type { ChatEvent } from "@/wire/types";
import { refusalText, useWords } from "@/words";

export interface RemoveProps {
  readonly event: ChatEvent;
  readonly onClose: () => void;
}

export function Remove({ event, onClose }: RemoveProps) {
  const t = useWords("conversation");
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    const { chat, seq } = event;
    try {
      await client.ask({ type: "delete", chat, client_id: newId(), seq });
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
      title={t("deleteTitle")}
      text={t("deleteText")}
      action={t("deleteVerb")}
      onOpenChange={(open) => !open && onClose()}
      onConfirm={() => void remove()}
    />
  );
}
