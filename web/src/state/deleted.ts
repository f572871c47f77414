/** What was deleted for everyone while one looks at it elsewhere than in the conversation. */
import { useMemo } from "react";
import type { ChatEvent, Id, Seq } from "@/wire/types";
import { useChinwag } from "./client";

const NONE: readonly ChatEvent[] = [];

/** Those of an open chat, as far as it is loaded. */
export function useDeleted(chat: Id): ReadonlySet<Seq> {
  const events = useChinwag((state) => state.views.get(chat)?.events ?? NONE);
  return useMemo(() => new Set(events.flatMap(gone)), [events]);
}

function gone({ seq, body }: ChatEvent): readonly Seq[] {
  if (body.kind === "blank") return [seq];
  return body.kind === "deleted" ? [body.seq] : [];
}
