import { LogOut } from "lucide-react";
import { useState } from "react";
import { Avatar, Confirm, Divider, ListRow, Panel, PanelHeader, goUp } from "@/design";
import { client, useChinwag } from "@/state";
import { LANGUAGES, useLanguage, useWords } from "@/words";
import styles from "./SettingsMenu.module.css";
import { SECTIONS } from "./sections";
import { useDoing } from "./useDoing";

/** The list of settings, in the list's column. `section` is the one in the middle. */
export function SettingsMenu({ section }: { readonly section?: string | undefined }) {
  const t = useWords("settings");
  const account = useChinwag((state) => state.account);
  const language = useLanguage();
  return (
    <Panel label={t("title")} header={<PanelHeader title={t("title")} onBack={() => goUp("/")} />}>
      <nav aria-label={t("title")} className={styles["list"]}>
        <ul>
          {account && (
            <li>
              <ListRow
                href="/settings/profile"
                selected={section === "profile"}
                leading={
                  <Avatar
                    id={account.user.id}
                    name={account.user.name}
                    picture={account.user.avatar}
                    size={56}
                  />
                }
                title={<strong>{account.user.name}</strong>}
                subtitle={`@${account.user.handle}`}
              />
            </li>
          )}
          {SECTIONS.map(({ name, icon: Icon, text }) => (
            <li key={name}>
              <ListRow
                href={`/settings/${name}`}
                selected={section === name}
                leading={<Icon aria-hidden />}
                title={t(name)}
                subtitle={name === "language" ? LANGUAGES[language] : text && t(text)}
              />
            </li>
          ))}
        </ul>
        <div className={styles["divider"]}>
          <Divider />
        </div>
        <SignOut />
      </nav>
    </Panel>
  );
}

function SignOut() {
  const t = useWords("settings");
  const [asked, setAsked] = useState(false);
  const { busy, run } = useDoing();
  const leave = async () => {
    if (await run(() => client.signOut())) setAsked(false);
  };
  return (
    <>
      <ListRow
        danger
        leading={<LogOut aria-hidden />}
        title={t("signOut")}
        onSelect={() => setAsked(true)}
      />
      <Confirm
        title={t("signOutTitle")}
        text={t("signOutText")}
        action={t("signOut")}
        danger
        busy={busy}
        open={asked}
        onOpenChange={setAsked}
        onConfirm={() => void leave()}
      />
    </>
  );
}
