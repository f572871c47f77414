import { useEffect, useState, type SubmitEvent } from "react";
import { Refusal } from "@/state/contract";
import { errorText, refusalText } from "@/words";

export type Faults<F extends string> = Readonly<Partial<Record<F, string>>>;

export interface Submit<F extends string> {
  readonly faults: Faults<F>;
  /** What is wrong with the whole, in words; counts down while one has to wait. */
  readonly failure: string | null;
  readonly busy: boolean;
  /** Milliseconds until the server takes another try; 0 = now. */
  readonly wait: number;
  readonly onSubmit: (event: SubmitEvent<HTMLFormElement>) => void;
  /** What was wrong with a field is forgotten when it changes. */
  readonly forgive: (field: F) => void;
}

/** Refusals that are always about the same field, which the server need not name. */
const ABOUT: Readonly<Record<string, string>> = {
  handle_taken: "handle",
  weak_password: "password",
};

/**
 * A form that is checked, then sent. What is wrong is told at its field, and the first such field
 * gets the focus: fields are found by their `name`.
 */
export function useSubmit<F extends string>(
  fields: readonly F[],
  check: () => Faults<F>,
  send: () => Promise<void>,
): Submit<F> {
  const [faults, setFaults] = useState({} as Faults<F>);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [wait, hold] = useWait();

  const tell = (form: HTMLFormElement, found: Faults<F>) => {
    setFaults(found);
    const first = fields.find((field) => found[field]);
    if (first) form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };

  const refuse = (form: HTMLFormElement, error: unknown) => {
    const at = error instanceof Refusal ? fieldOf(error.field) || ABOUT[error.code] : "";
    const field = fields.find((name) => name === at);
    if (field) {
      tell(form, { [field]: refusalText(error) } as Faults<F>);
      return;
    }
    if (error instanceof Refusal && error.code === "rate_limited" && error.retryAfter > 0) {
      hold(error.retryAfter);
    } else {
      setFailure(refusalText(error));
    }
  };

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (busy || wait > 0) return;
    const found = check();
    setFailure(null);
    tell(form, found);
    if (Object.values(found).some(Boolean)) return;
    setBusy(true);
    send()
      .catch((error: unknown) => refuse(form, error))
      .finally(() => setBusy(false));
  };

  const forgive = (field: F) =>
    setFaults((before) => (before[field] ? { ...before, [field]: undefined } : before));

  const told = wait > 0 ? errorText("rate_limited", Math.ceil(wait / 1000) * 1000) : failure;
  return { faults, failure: told, busy, wait, onSubmit, forgive };
}

/** The field of a form that a refusal is about: '$.handle' -> 'handle', '$.do.new' -> 'new'. */
export function fieldOf(path: string): string {
  return path.split(".").at(-1) ?? "";
}

/** A wait that counts down by seconds. */
function useWait(): readonly [number, (milliseconds: number) => void] {
  const [wait, setWait] = useState(0);
  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(Math.max(0, wait - 1000)), Math.min(wait, 1000));
    return () => clearTimeout(timer);
  }, [wait]);
  return [wait, setWait];
}
