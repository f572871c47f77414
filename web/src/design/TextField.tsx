import { CircleAlert } from "lucide-react";
import { useId, type ComponentProps, type ReactNode } from "react";
import styles from "./Field.module.css";
import { classes } from "./classes";

interface Wording {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong, in words; takes the hint's place. */
  readonly error?: string | undefined;
  /** Characters left are counted when it gets near; longer text cannot be typed. */
  readonly most?: number;
}

export interface TextFieldProps extends Wording, ComponentProps<"input"> {
  /** Shown before the text, as the @ of a handle. */
  readonly prefix?: string;
  /** A button at the end, as the eye of a password. */
  readonly action?: ReactNode;
}

export interface TextAreaProps extends Wording, ComponentProps<"textarea"> {}

/** Names, describes and flags an input, so that eyes and ears get the same. */
function Frame({
  id,
  label,
  hint,
  error,
  count,
  children,
}: Wording & { readonly id: string; readonly count: string | null; readonly children: ReactNode }) {
  return (
    <div className={styles["field"]}>
      <label className={styles["label"]} htmlFor={id}>
        {label}
      </label>
      {children}
      <div className={styles["foot"]}>
        <span id={`${id}-note`} aria-live="polite" className={classes(error && styles["error"])}>
          {error ? (
            <>
              <CircleAlert size={14} aria-hidden />
              {error}
            </>
          ) : (
            hint
          )}
        </span>
        {count && <span className={styles["count"]}>{count}</span>}
      </div>
    </div>
  );
}

function counted(most: number | undefined, value: unknown): string | null {
  if (most === undefined || typeof value !== "string") return null;
  return value.length > most * 0.75 ? `${value.length}/${most}` : null;
}

/** A line of text. */
export function TextField({
  label,
  hint,
  error,
  most,
  prefix,
  action,
  id,
  ...rest
}: TextFieldProps) {
  const own = useId();
  const name = id ?? own;
  return (
    <Frame id={name} label={label} hint={hint} error={error} count={counted(most, rest.value)}>
      <div
        className={classes(styles["box"], error && styles["wrong"])}
        dir={rest.dir === "ltr" ? "ltr" : undefined}
      >
        {prefix && (
          <span className={styles["prefix"]} aria-hidden>
            {prefix}
          </span>
        )}
        <input
          id={name}
          className={styles["input"]}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${name}-note`}
          maxLength={most}
          {...rest}
        />
        {action}
      </div>
    </Frame>
  );
}

/** Several lines of text. */
export function TextArea({ label, hint, error, most, id, ...rest }: TextAreaProps) {
  const own = useId();
  const name = id ?? own;
  return (
    <Frame id={name} label={label} hint={hint} error={error} count={counted(most, rest.value)}>
      <div className={classes(styles["box"], error && styles["wrong"])}>
        <textarea
          id={name}
          dir="auto"
          className={classes(styles["input"], styles["area"])}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${name}-note`}
          maxLength={most}
          {...rest}
        />
      </div>
    </Frame>
  );
}
