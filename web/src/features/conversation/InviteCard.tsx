/** An invitation into a group, as it stands between messages. */
import type { ReactNode } from "react";
import { Link } from "wouter";
import { Avatar, useNow } from "@/design";
import { moment, useWords } from "@/words";
import type { Invite } from "@/wire/types";
import styles from "./InviteCard.module.css";

export interface InviteCardProps {
  readonly invite: Invite;
  readonly own: boolean;
  readonly end: ReactNode;
}

export function InviteCard({ invite, own, end }: InviteCardProps) {
  const t = useWords("conversation");
  const now = useNow(60_000);
  const over = invite.expires_at <= now;
  const when = { when: moment(invite.expires_at, now) };
  return (
    <div className={styles["card"]}>
      <div className={styles["head"]}>
        <Avatar id={invite.group} name={invite.title} size={40} kind="group" />
        <div className={styles["words"]}>
          <strong className={styles["title"]} dir="auto">
            {invite.title}
          </strong>
          <span className={styles["meta"]}>{t("inviteText")}</span>
        </div>
      </div>
      <p className={styles["line"]}>
        <span className={styles["meta"]}>
          {over ? t("inviteOver", when) : t("inviteUntil", when)}
        </span>
        {end}
      </p>
      {!own && !over && (
        <Link href={`/join/${encodeURIComponent(invite.code)}`} className={styles["join"]}>
          {t("join")}
        </Link>
      )}
    </div>
  );
}
