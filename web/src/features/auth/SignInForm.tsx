import { useState } from "react";
import { Button, PasswordField, TextField, useSubmit } from "@/design";
import { client } from "@/state";
import { LIMITS } from "@/wire/types";
import { cleanHandle, useWords } from "@/words";
import { Note } from "./Entrance";
import styles from "./Entrance.module.css";
import { useDeviceName } from "./useDeviceName";

const FIELDS = ["handle", "password"] as const;

/** Handle and password. With `handle`, that one is asked for and cannot be changed. */
export function SignInForm({ handle: fixed }: { readonly handle?: string | undefined }) {
  const t = useWords("auth");
  const own = useWords("app");
  const device = useDeviceName();
  const [handle, setHandle] = useState(fixed ?? "");
  const [password, setPassword] = useState("");
  const check = () => ({
    handle: handle ? "" : own("handleMissing"),
    password: password ? "" : own("passwordMissing"),
  });
  const form = useSubmit(FIELDS, check, () => client.signIn({ handle, password, device }));

  return (
    <form className={styles["form"]} onSubmit={form.onSubmit} noValidate>
      {form.failure && <Note failure>{form.failure}</Note>}
      <TextField
        label={t("handle")}
        name="handle"
        prefix="@"
        value={handle}
        readOnly={fixed !== undefined}
        error={form.faults.handle}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        required
        onChange={(event) => {
          setHandle(cleanHandle(event.target.value));
          form.forgive("handle");
        }}
      />
      <PasswordField
        label={t("password")}
        name="password"
        value={password}
        error={form.faults.password}
        autoComplete="current-password"
        maxLength={LIMITS.PASSWORD_CHARS}
        required
        onChange={(event) => {
          setPassword(event.target.value);
          form.forgive("password");
        }}
      />
      <Button
        type="submit"
        variant="primary"
        wide
        busy={form.busy}
        disabled={form.wait > 0}
        className={styles["submit"]}
      >
        {t("signIn")}
      </Button>
    </form>
  );
}
