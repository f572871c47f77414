/** A conversation with its composer, and the info of one of its messages. */
import { Suspense, useCallback, useState } from "react";
import { useLocation } from "wouter";
import { goUp } from "@/design";
import { Composer } from "@/features/composer";
import { Conversation, MessageInfo } from "@/features/conversation";
import type { SendFilesProps } from "@/features/sending";
import { later } from "./later";
import { forward, view } from "./overlays";

const SendFiles = later(async () => (await import("@/features/sending")).SendFiles);

interface TalkProps {
  readonly chat: string;
  readonly at?: number | undefined;
}

export function Talk({ chat, at }: TalkProps) {
  const [, navigate] = useLocation();
  const here = `/c/${encodeURIComponent(chat)}`;
  const [taken, setTaken] = useState<Omit<SendFilesProps, "onClose"> | null>(null);
  const take = useCallback(
    (to: string, files: readonly File[], asDocuments = false) =>
      setTaken({ chat: to, files, asDocuments }),
    [],
  );
  return (
    <>
      <Conversation
        chat={chat}
        at={at}
        composer={Composer}
        onFiles={take}
        onBack={() => goUp("/")}
        onDetails={() => navigate(`${here}/info`)}
        onInfo={(seq) => navigate(`${here}/message/${seq}`)}
        onView={view}
        onForward={forward}
      />
      {taken && (
        <Suspense>
          <SendFiles {...taken} onClose={() => setTaken(null)} />
        </Suspense>
      )}
    </>
  );
}

export function TalkInfo({ chat, seq }: { readonly chat: string; readonly seq: number }) {
  const up = `/c/${encodeURIComponent(chat)}`;
  return <MessageInfo chat={chat} seq={seq} onClose={() => goUp(up)} />;
}
