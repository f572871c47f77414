import { useEffect, useState } from "react";
import { Avatar, ListRow, Spinner } from "@/design";
import { chatRows, isMember, membersOf, useChinwag, useShallow } from "@/state";
import type { Id } from "@/wire/types";
import { chatTitle, useWords } from "@/words";
import styles from "./People.module.css";

// The newest groups: one look-up each is what it costs.
const MOST = 40;
const AT_ONCE = 4;

/** Groups in which both are. */
export function GroupsInCommon({ user }: { readonly user: Id }) {
  const t = useWords("people");
  const groups = useChinwag(
    useShallow((state) =>
      chatRows(state)
        .filter((chat) => chat.kind === "group" && isMember(chat))
        .slice(0, MOST)
        .map((chat) => chat.id)
        .sort(),
    ),
  );
  const shared = useShared(groups, user);
  if (!shared) {
    return (
      <div className={styles["waiting"]}>
        <Spinner />
      </div>
    );
  }
  if (shared.length === 0) return <ListRow title={<Quiet>{t("noGroups")}</Quiet>} />;
  return (
    <ul>
      {shared.map((id) => (
        <li key={id}>
          <GroupRow id={id} />
        </li>
      ))}
    </ul>
  );
}

function Quiet({ children }: { readonly children: string }) {
  return <span className={styles["quiet"]}>{children}</span>;
}

function GroupRow({ id }: { readonly id: Id }) {
  const title = useChinwag((state) => {
    const chat = state.chats.get(id);
    return chat ? chatTitle(state, chat) : "";
  });
  return (
    <ListRow
      leading={<Avatar id={id} name={title} kind="group" size={40} />}
      title={title}
      href={`/c/${id}`}
    />
  );
}

/** Those of `groups` in which `user` is; null until all were asked. */
function useShared(groups: readonly Id[], user: Id): readonly Id[] | null {
  const [shared, setShared] = useState<readonly Id[] | null>(null);
  useEffect(() => {
    let stale = false;
    const ask = async () => {
      const found = await groupsWith(groups, user, () => stale);
      if (!stale) setShared(found);
    };
    void ask();
    return () => {
      stale = true;
    };
  }, [groups, user]);
  return shared;
}

async function groupsWith(
  groups: readonly Id[],
  user: Id,
  stopped: () => boolean,
): Promise<readonly Id[]> {
  const waiting = [...groups];
  const found: Id[] = [];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined && !stopped(); id = waiting.shift()) {
      if (await isIn(id, user)) found.push(id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return groups.filter((id) => found.includes(id));
}

async function isIn(group: Id, user: Id): Promise<boolean> {
  try {
    const members = await membersOf(group);
    return members.some((it) => it.user === user && !it.left);
  } catch {
    // Left in the meantime, or no connection: not one to show.
    return false;
  }
}
