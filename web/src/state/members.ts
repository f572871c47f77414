/** Who is, and who was, in a group: asked for when somebody looks, and again when it changed. */
import { useCallback, useEffect, useState } from "react";
import type { Body, ChatEvent, Id, Member, SeqOrZero } from "@/wire/types";
import { client, useChinwag } from "./client";
import { Refusal } from "./contract";
import type { State } from "./model";

export interface Members {
  /** Null until the server has answered. */
  readonly list: readonly Member[] | null;
  /** Why it did not, as a code of the catalogue. */
  readonly failed: string | null;
  readonly reload: () => void;
}

const MOVES: ReadonlySet<Body["kind"]> = new Set([
  "created",
  "added",
  "joined",
  "left",
  "removed",
  "role",
]);
const LOOK_BACK = 50;

// A list that was seen before is shown at once, and brought up to date behind it.
const known = new Map<Id, readonly Member[]>();

/** The members of a chat that this account is in, past ones too. */
export function useMembers(chat: Id): Members {
  const moved = useChinwag((state) => lastMove(state, chat));
  const [answer, setAnswer] = useState<{ chat: Id; list: readonly Member[] } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let stale = false;
    const ask = async () => {
      try {
        const list = await membersOf(chat);
        if (stale) return;
        setAnswer({ chat, list });
        setFailed(null);
      } catch (error) {
        if (!stale) setFailed(error instanceof Refusal ? error.code : "internal");
      }
    };
    void ask();
    return () => {
      stale = true;
    };
  }, [chat, moved, asked]);
  return {
    list: answer?.chat === chat ? answer.list : (known.get(chat) ?? null),
    failed,
    reload: useCallback(() => setAsked((times) => times + 1), []),
  };
}

/** Ask for the members of a chat. Throws Refusal. */
export async function membersOf(chat: Id): Promise<readonly Member[]> {
  const { members } = await client.ask({ type: "members", chat });
  known.set(chat, members);
  return members;
}

/** Forget the lists: somebody else signs in. */
export function forgetMembers(): void {
  known.clear();
}

/** Seq of the newest event known that changed who is in the chat, as far as it is in memory. */
function lastMove(state: State, id: Id): SeqOrZero {
  const moved = (event: ChatEvent | undefined) => event !== undefined && MOVES.has(event.body.kind);
  const inView = state.views.get(id)?.events.slice(-LOOK_BACK).findLast(moved);
  const preview = state.chats.get(id)?.preview;
  return Math.max(inView?.seq ?? 0, moved(preview) ? preview!.seq : 0);
}
