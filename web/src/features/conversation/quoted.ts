/** A message that another one quotes: from the open part of the log, or asked for once. */
import { useEffect, useState } from "react";
import { client, useChinwag } from "@/state";
import type { ChatEvent, Id, Seq } from "@/wire/types";

/** What was asked for, and is not in the log that is open; null: it cannot be seen. */
const fetched = new Map<string, ChatEvent | null>();
const MOST = 500;

/** undefined while it is not known. */
export function useQuoted(chat: Id, seq: Seq): ChatEvent | null | undefined {
  const open = useChinwag((state) => found(state.views.get(chat)?.events ?? [], seq));
  const key = `${chat} ${seq}`;
  const [, setAnswered] = useState("");
  const known = open ?? fetched.get(key);
  useEffect(() => {
    if (known !== undefined) return;
    let gone = false;
    void ask(chat, seq).then((event) => {
      if (event === undefined) return;
      if (fetched.size >= MOST) fetched.delete(fetched.keys().next().value!);
      fetched.set(key, event);
      if (!gone) setAnswered(key);
    });
    return () => {
      gone = true;
    };
  }, [chat, seq, key, known]);
  return known;
}

async function ask(chat: Id, seq: Seq): Promise<ChatEvent | null | undefined> {
  try {
    const page = await client.ask({ type: "history", chat, around: seq, limit: 1 });
    return page.events.find((event) => event.seq === seq) ?? null;
  } catch {
    // Without a connection it stays unknown, and is asked for when it is shown again.
    return undefined;
  }
}

/** The event `seq` among events in ascending order. */
function found(events: readonly ChatEvent[], seq: Seq): ChatEvent | undefined {
  let [low, high] = [0, events.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const event = events[middle]!;
    if (event.seq === seq) return event;
    if (event.seq < seq) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
