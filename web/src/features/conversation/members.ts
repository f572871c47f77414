/** Who is in a group now: asked for when its conversation opens, and again when it changes. */
import { useEffect, useMemo, useState } from "react";
import { type Chat, client, useChinwag, useShallow } from "@/state";
import type { Id, Member, User } from "@/wire/types";

interface Known {
  readonly chat: Id;
  readonly members: readonly Member[];
}

const NOBODY: readonly Member[] = [];

/** Those whose profiles are known, in the order of their joining; empty until then. */
export function useMembers(chat: Chat): readonly User[] {
  const [known, setKnown] = useState<Known | null>(null);
  const group = chat.kind === "group";
  const { id } = chat;
  // Who comes or goes changes the number, and the own stays when it is oneself.
  const count = chat.group?.members ?? 0;
  const { stays } = chat.mine;
  const online = useChinwag((state) => state.link.status === "online");
  useEffect(() => {
    if (!group || !online) return;
    let gone = false;
    client.ask({ type: "members", chat: id }).then(
      ({ members }) => {
        if (!gone) setKnown({ chat: id, members });
      },
      // Without an answer the line below the title stays empty, and nobody is offered.
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [id, group, count, stays, online]);
  const members = known?.chat === id ? known.members : NOBODY;
  const ids = useMemo(() => members.filter((it) => !it.left).map((it) => it.user), [members]);
  return useChinwag(useShallow((state) => ids.flatMap((user) => state.users.get(user) ?? [])));
}
