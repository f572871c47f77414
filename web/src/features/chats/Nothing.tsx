import { Archive, CheckCheck, MessagesSquare, SearchX, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { Button, EmptyState, Skeleton, VisuallyHidden } from "@/design";
import { useWords } from "@/words";
import styles from "./ChatList.module.css";
import type { Shown } from "./items";
import { show } from "./shown";

/** The list is empty: why, and what to do about it. */
export function NoChats({ filter, archived }: Shown) {
  const t = useWords("chats");
  const [, navigate] = useLocation();
  const all = (
    <Button onClick={() => show({ filter: "all", archived: false })}>{t("showAll")}</Button>
  );
  if (archived) {
    return (
      <EmptyState
        icon={<Archive />}
        title={t("archivedTitle")}
        text={t("archivedText")}
        action={all}
      />
    );
  }
  if (filter === "unread") {
    return (
      <EmptyState
        icon={<CheckCheck />}
        title={t("unreadTitle")}
        text={t("unreadText")}
        action={all}
      />
    );
  }
  const groups = filter === "groups";
  return (
    <EmptyState
      icon={groups ? <Users /> : <MessagesSquare />}
      title={t(groups ? "groupsTitle" : "emptyTitle")}
      text={t(groups ? "groupsText" : "emptyText")}
      action={
        <Button variant="primary" onClick={() => navigate(groups ? "/new/group" : "/new")}>
          {t(groups ? "groupsAction" : "emptyAction")}
        </Button>
      }
    />
  );
}

/** Nothing answers to the query. */
export function NothingFound() {
  const t = useWords("chats");
  return <EmptyState icon={<SearchX />} title={t("nothingTitle")} text={t("nothingText")} />;
}

const PATIENCE = 200;
const ROWS = [52, 38, 64, 45, 57, 33, 60];

/** The first look at the server takes its time. */
export function Loading() {
  const t = useWords("chats");
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  if (!long) return null;
  return (
    <div role="status">
      <VisuallyHidden>{t("loading")}</VisuallyHidden>
      {ROWS.map((width) => (
        <div key={width} className={styles["skeleton"]}>
          <Skeleton width="3rem" height="3rem" round />
          <span>
            <Skeleton width={`${width}%`} />
            <Skeleton width={`${width / 3 + 55}%`} height="0.625rem" />
          </span>
        </div>
      ))}
    </div>
  );
}
