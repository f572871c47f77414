import { useState } from "react";
import { Button, NewPasswordField, PasswordField, toast, useSubmit } from "@/design";
import { client, useChinwag } from "@/state";
import { LIMITS } from "@/wire/types";
import { passwordFault, useWords } from "@/words";
import styles from "./Section.module.css";
import { Card, Section } from "./Section";

const FIELDS = ["old", "new"] as const;

export function PasswordChange() {
  const t = useWords("settings");
  const own = useWords("app");
  const handle = useChinwag((state) => state.account?.user.handle ?? "");
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const check = () => ({
    old: old ? "" : own("passwordMissing"),
    new: passwordFault(fresh),
  });
  const form = useSubmit(FIELDS, check, async () => {
    await client.ask({ type: "change_password", old, new: fresh });
    setOld("");
    setFresh("");
    toast({ text: t("passwordChanged") });
  });
  return (
    <Section title={t("password")} intro={t("passwordIntro")}>
      <Card>
        <form className={styles["form"]} onSubmit={form.onSubmit} noValidate>
          {form.failure && (
            <p role="alert" className={styles["failure"]}>
              {form.failure}
            </p>
          )}
          {/* For the browser's password store: whose password this is. */}
          <input type="text" autoComplete="username" value={handle} readOnly hidden />
          <PasswordField
            label={t("oldPassword")}
            name="old"
            value={old}
            error={form.faults.old}
            autoComplete="current-password"
            maxLength={LIMITS.PASSWORD_CHARS}
            onChange={(event) => {
              setOld(event.target.value);
              form.forgive("old");
            }}
          />
          <NewPasswordField
            label={t("newPassword")}
            name="new"
            value={fresh}
            error={form.faults.new}
            onChange={(value) => {
              setFresh(value);
              form.forgive("new");
            }}
          />
          <div className={styles["end"]}>
            <Button type="submit" variant="primary" busy={form.busy} disabled={form.wait > 0}>
              {t("changePassword")}
            </Button>
          </div>
        </form>
      </Card>
    </Section>
  );
}
