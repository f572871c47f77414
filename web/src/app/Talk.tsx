/** A conversation with its composer, and the info of one of its messages. */
import { useLocation } from "wouter";
import { goUp } from "@/design";
import { Composer } from "@/features/composer";
import { Conversation, MessageInfo } from "@/features/conversation";
import { forward, view } from "./overlays";

interface TalkProps {
  readonly chat: string;
  readonly at?: number | undefined;
}

export function Talk({ chat, at }: TalkProps) {
  const [, navigate] = useLocation();
  const here = `/c/${encodeURIComponent(chat)}`;
  return (
    <Conversation
      chat={chat}
      at={at}
      composer={Composer}
      onBack={() => goUp("/")}
      onDetails={() => navigate(`${here}/info`)}
      onInfo={(seq) => navigate(`${here}/message/${seq}`)}
      onView={view}
      onForward={forward}
    />
  );
}

export function TalkInfo({ chat, seq }: { readonly chat: string; readonly seq: number }) {
  const up = `/c/${encodeURIComponent(chat)}`;
  return <MessageInfo chat={chat} seq={seq} onClose={() => goUp(up)} />;
}
