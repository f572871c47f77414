/** Who is, and who was, in a group: asked for when somebody looks, and again when it changed. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { create } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Body, ChatEvent, Id, Member, SeqOrZero, User } from "@/wire/types";
import { client, subscribe, useChinwag } from "./client";
import { Refusal } from "./contract";
import type { Chat, State } from "./model";

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
const AT_ONCE = 4;

type Lists = ReadonlyMap<Id, readonly Member[]>;

// A list that was seen before is shown at once, and brought up to date behind it.
const useLists = create<{ readonly lists: Lists }>(() => ({ lists: new Map() }));

subscribe((state, before) => {
  if (state.user !== before.user) useLists.setState({ lists: new Map() });
});

/** The members of a chat that this account is in, past ones too. */
export function useMembers(chat: Id): Members {
  return useList(chat);
}

/**
 * Who is in a group now, as far as their profiles are known, in the order of their joining. Nobody
 * until there is an answer, and in other chats.
 */
export function useMembersNow({ id, kind }: Chat): readonly User[] {
  const { list } = useList(kind === "group" ? id : null);
  const ids = useMemo(() => (list ?? []).filter((it) => !it.left).map((it) => it.user), [list]);
  return useChinwag(useShallow((state) => ids.flatMap((user) => state.users.get(user) ?? [])));
}

function useList(chat: Id | null): Members {
  const moved = useChinwag((state) => (chat === null ? 0 : lastMove(state, chat)));
  // Moves that are not in memory show in the number; those that nobody told of, after an outage.
  const count = useChinwag((state) => state.chats.get(chat ?? "")?.group?.members);
  const online = useChinwag((state) => state.link.status === "online");
  const list = useLists((state) => state.lists.get(chat ?? "") ?? null);
  const [failed, setFailed] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (chat === null) return;
    let stale = false;
    const ask = async () => {
      try {
        await membersOf(chat);
        if (!stale) setFailed(null);
      } catch (error) {
        if (!stale) setFailed(error instanceof Refusal ? error.code : "internal");
      }
    };
    void ask();
    return () => {
      stale = true;
    };
  }, [chat, moved, count, online, asked]);
  return { list, failed, reload: useCallback(() => setAsked((times) => times + 1), []) };
}

/** All lists that were asked for so far. */
export function useMemberLists(): Lists {
  return useLists((state) => state.lists);
}

/** Ask for the members of a chat. Throws Refusal. */
export async function membersOf(chat: Id): Promise<readonly Member[]> {
  const { members } = await client.ask({ type: "members", chat });
  useLists.setState(({ lists }) => ({ lists: new Map(lists).set(chat, members) }));
  return members;
}

/** Ask for those of `groups` whose list is not known, or no longer true; a few at a time. */
export async function learnMembers(groups: readonly Chat[], stopped: () => boolean): Promise<void> {
  const { lists } = useLists.getState();
  const waiting = groups.filter((group) => !isKnown(group, lists.get(group.id)));
  const work = async () => {
    for (let group = waiting.shift(); group && !stopped(); group = waiting.shift()) {
      // Left in the meantime, or no connection: there is nothing to learn.
      await membersOf(group.id).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function isKnown({ group }: Chat, list: readonly Member[] | undefined): boolean {
  return list?.filter((it) => !it.left).length === group?.members;
}

/** Seq of the newest event known that changed who is in the chat, as far as it is in memory. */
function lastMove(state: State, id: Id): SeqOrZero {
  const moved = (event: ChatEvent | undefined) => event !== undefined && MOVES.has(event.body.kind);
  const inView = state.views.get(id)?.events.slice(-LOOK_BACK).findLast(moved);
  const preview = state.chats.get(id)?.preview;
  return Math.max(inView?.seq ?? 0, moved(preview) ? preview!.seq : 0);
}
