import { LIMITS } from "@/wire/types";
import { passwordFault, useWords } from "@/words";
import { PasswordField } from "./PasswordField";

/** A password to be: its only rule is its length, and the server refuses what is easy to guess. */
export function NewPasswordField(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const t = useWords("app");
  const { value, onChange, ...rest } = props;
  const hint =
    value && !passwordFault(value)
      ? t("passwordLong")
      : t("passwordHint", { least: LIMITS.PASSWORD_CHARS_MIN });
  return (
    <PasswordField
      {...rest}
      value={value}
      hint={hint}
      autoComplete="new-password"
      minLength={LIMITS.PASSWORD_CHARS_MIN}
      maxLength={LIMITS.PASSWORD_CHARS}
      required
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
