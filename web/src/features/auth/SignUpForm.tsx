import { useState } from "react";
import { Button, NewPasswordField, TextField, useSubmit } from "@/design";
import { client } from "@/state";
import { LIMITS, type SignUp } from "@/wire/types";
import { cleanHandle, handleFault, passwordFault, useWords } from "@/words";
import { Note } from "./Entrance";
import styles from "./Entrance.module.css";
import { beginFirstSteps } from "./firstSteps";
import { codeOf, suggestHandle } from "./form";
import { useDeviceName } from "./useDeviceName";

/** What lets one in where not everybody may. */
export interface Ticket {
  readonly invite?: string;
  readonly claim?: string;
}

const FIELDS = ["name", "handle", "password", "invite", "claim"] as const;

export function SignUpForm({
  invite,
  claim,
  asksInvite,
}: Ticket & { readonly asksInvite: boolean }) {
  const t = useWords("auth");
  const own = useWords("app");
  const device = useDeviceName();
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const handle = typed ?? suggestHandle(name);

  const check = () => ({
    name: name.trim() ? "" : t("nameMissing"),
    handle: handleFault(handle),
    password: passwordFault(password),
    invite: asksInvite && !code ? t("inviteMissing") : "",
  });
  const send = async () => {
    const ticket = invite ?? (asksInvite ? codeOf(code) : "");
    const form: SignUp = {
      handle,
      name: name.trim(),
      password,
      device,
      ...(ticket && { invite: ticket }),
      ...(claim && { claim }),
    };
    beginFirstSteps();
    await client.signUp(form);
  };
  const form = useSubmit(FIELDS, check, send);
  const failure =
    form.failure ?? (form.faults.claim && t("claimInvalid")) ?? (!asksInvite && form.faults.invite);

  return (
    <form className={styles["form"]} onSubmit={form.onSubmit} noValidate>
      {failure && <Note failure>{failure}</Note>}
      {asksInvite && (
        <TextField
          label={t("inviteCode")}
          name="invite"
          hint={t("inviteCodeHint")}
          value={code}
          error={form.faults.invite}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          required
          onChange={(event) => {
            setCode(event.target.value);
            form.forgive("invite");
          }}
        />
      )}
      <TextField
        label={t("name")}
        name="name"
        hint={t("nameHint")}
        value={name}
        most={LIMITS.NAME_CHARS}
        error={form.faults.name}
        autoComplete="name"
        dir="auto"
        required
        onChange={(event) => {
          setName(event.target.value);
          form.forgive("name");
        }}
      />
      <TextField
        label={t("handle")}
        name="handle"
        prefix="@"
        hint={own("handleHint")}
        value={handle}
        most={LIMITS.HANDLE_CHARS}
        error={form.faults.handle}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        dir="ltr"
        required
        onChange={(event) => {
          setTyped(cleanHandle(event.target.value));
          form.forgive("handle");
        }}
      />
      <NewPasswordField
        label={t("password")}
        name="password"
        value={password}
        error={form.faults.password}
        onChange={(value) => {
          setPassword(value);
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
        {t("signUp")}
      </Button>
    </form>
  );
}
