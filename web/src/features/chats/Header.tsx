import {
  Archive,
  ArrowLeft,
  EllipsisVertical,
  MessageSquarePlus,
  Settings,
  Users,
} from "lucide-react";
import { Link, useLocation } from "wouter";
import { Avatar, IconButton, IconLink, Menu, Tooltip } from "@/design";
import { useChinwag } from "@/state";
import { useWords } from "@/words";
import styles from "./ChatList.module.css";
import { show } from "./shown";

/** Over the list: oneself, a new chat, everything else. */
export function Header() {
  const t = useWords("chats");
  const [, navigate] = useLocation();
  const me = useChinwag((state) => state.account?.user ?? state.users.get(state.user));
  return (
    <header className={styles["header"]}>
      <Tooltip text={t("profile")}>
        <Link href="/settings" className={styles["profile"]} aria-label={t("profile")}>
          <Avatar id={me?.id ?? ""} name={me?.name ?? ""} picture={me?.avatar} size={40} />
        </Link>
      </Tooltip>
      <h1 className={styles["title"]}>{t("title")}</h1>
      <div className={styles["actions"]}>
        <IconLink href="/new" label={t("newChat")} icon={<MessageSquarePlus />} />
        <Menu
          trigger={<IconButton label={t("menu")} icon={<EllipsisVertical />} />}
          items={[
            { label: t("newGroup"), icon: <Users />, onSelect: () => navigate("/new/group") },
            { label: t("archived"), icon: <Archive />, onSelect: () => show({ archived: true }) },
            {
              label: t("settings"),
              icon: <Settings />,
              separated: true,
              onSelect: () => navigate("/settings"),
            },
          ]}
        />
      </div>
    </header>
  );
}

/** Over the archived chats. */
export function ArchivedHeader() {
  const t = useWords("chats");
  return (
    <header className={styles["header"]} data-back>
      <IconButton
        label={t("showAll")}
        icon={<ArrowLeft />}
        turns
        onClick={() => show({ archived: false })}
      />
      <h1 className={styles["title"]}>{t("archived")}</h1>
    </header>
  );
}
