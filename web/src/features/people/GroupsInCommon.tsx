import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { Avatar, ListRow, Spinner } from "@/design";
import {
  chatRows,
  isMember,
  learnMembers,
  useChinwag,
  useMemberLists,
  type ChatQuery,
} from "@/state";
import type { Id, Member } from "@/wire/types";
import { chatTitle, useWords } from "@/words";
import styles from "./People.module.css";

// The newest groups: one look-up each is what it costs.
const MOST = 40;
const GROUPS: ChatQuery = { filter: "groups" };

/** Groups in which both are. */
export function GroupsInCommon({ user }: { readonly user: Id }) {
  const t = useWords("people");
  const shared = useShared(user);
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
  const picture = useChinwag((state) => state.chats.get(id)?.group?.avatar);
  return (
    <ListRow
      leading={<Avatar id={id} name={title} kind="group" picture={picture} size={40} />}
      title={title}
      href={`/c/${id}`}
    />
  );
}

/** Those of the newest groups in which `user` is; null until all were asked. */
function useShared(user: Id): readonly Id[] | null {
  const groups = useChinwag((state) => chatRows(state, GROUPS));
  const lists = useMemberLists();
  const [learnt, setLearnt] = useState(false);
  const newest = useMemo(() => groups.filter(isMember).slice(0, MOST), [groups]);
  const latest = useEffectEvent(() => newest);
  const online = useChinwag((state) => state.link.status === "online");
  useEffect(() => {
    if (!online) return;
    let stale = false;
    const learn = async () => {
      await learnMembers(latest(), () => stale);
      if (!stale) setLearnt(true);
    };
    void learn();
    return () => {
      stale = true;
    };
  }, [online]);
  const isIn = (it: Member) => it.user === user && !it.left;
  return learnt ? newest.map((it) => it.id).filter((id) => lists.get(id)?.some(isIn)) : null;
}
