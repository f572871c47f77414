import { useEffect } from "react";
import { client, useChinwag } from "@/state";
import { useWords } from "@/words";
import styles from "./Section.module.css";
import { Card, Section } from "./Section";

/** What this is, and which. */
export function About() {
  const t = useWords("settings");
  const server = useChinwag((state) => state.server);
  const account = useChinwag((state) => state.account);
  useEffect(() => {
    // Without a connection what is known from before stands here.
    client.serverInfo().catch(() => null);
  }, []);
  return (
    <Section title={t("about")} intro={t("aboutText")}>
      <Card>
        <dl className={styles["facts"]}>
          <dt>{t("server")}</dt>
          <dd dir="auto">{server ? `${server.name} (${location.host})` : location.host}</dd>
          {server && (
            <>
              <dt>{t("version")}</dt>
              <dd dir="ltr">{server.version}</dd>
            </>
          )}
          {account && (
            <>
              <dt>{t("account")}</dt>
              <dd>
                <bdi>@{account.user.handle}</bdi>
                {account.admin && ` · ${t("administrator")}`}
              </dd>
            </>
          )}
        </dl>
      </Card>
    </Section>
  );
}
