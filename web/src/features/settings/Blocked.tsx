import { useEffect } from "react";
import { Avatar, Button, ListRow, toast } from "@/design";
import { client, useChinwag, useShallow } from "@/state";
import type { Id } from "@/wire/types";
import { useWords } from "@/words";
import styles from "./Section.module.css";
import { Card } from "./Section";
import { useDoing } from "./useDoing";

const NONE: readonly Id[] = [];

/** People who were blocked, and the way back. */
export function Blocked() {
  const t = useWords("settings");
  const blocked = useChinwag((state) => state.account?.blocked ?? NONE);
  const unknown = useChinwag(useShallow((state) => blocked.filter((id) => !state.users.has(id))));
  useEffect(() => {
    // Names only: without them the rows say 'Somebody', and unblocking works all the same.
    if (unknown.length > 0)
      client.ask({ type: "users", ids: unknown.slice(0, 200) }).catch(() => null);
  }, [unknown]);
  return blocked.length === 0 ? (
    <Card title={t("blocked")}>
      <p className={styles["soft"]}>
        {t("blockedNone")} {t("blockedText")}
      </p>
    </Card>
  ) : (
    <Card title={t("blocked")} rows>
      {blocked.map((id) => (
        <li key={id}>
          <Person id={id} />
        </li>
      ))}
    </Card>
  );
}

function Person({ id }: { readonly id: Id }) {
  const t = useWords("settings");
  const user = useChinwag((state) => state.users.get(id));
  const { busy, run } = useDoing();
  const name = user?.name ?? t("somebody");
  const unblock = async () => {
    const done = await run(() => client.ask({ type: "block", user: id, blocked: false }));
    if (done) toast({ text: t("unblocked", { name }) });
  };
  return (
    <ListRow
      leading={<Avatar id={id} name={name} picture={user?.avatar} size={40} />}
      title={name}
      subtitle={user?.handle && `@${user.handle}`}
      trailing={
        <Button size="small" busy={busy} onClick={() => void unblock()}>
          {t("unblock")}
        </Button>
      }
    />
  );
}
