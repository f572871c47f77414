/** Below an own message that is in trouble: why, in words, and what can be done. */
import { Button, useNow } from "@/design";
import { client, failureOf, useChinwag, type Pending } from "@/state";
import { duration, errorText, nameOf, useWords } from "@/words";
import type { Id } from "@/wire/types";
import styles from "./Fate.module.css";
import type { Said } from "./items";
import { tryAgain } from "./tryAgain";

export function Fate({ chat, said }: { readonly chat: Id; readonly said: Said }) {
  if ("event" in said) return <Unreached chat={chat} seq={said.event.seq} />;
  if (said.pending.status === "failed") return <Refused pending={said.pending} />;
  return said.pending.retryAt === undefined ? null : <Waiting until={said.pending.retryAt} />;
}

/** What cannot be shown can still be sent as it is. */
const AS_DOCUMENT: ReadonlySet<string> = new Set([
  "not_a_picture",
  "picture_too_large",
  "not_a_video",
  "not_a_recording",
  "media_failed",
]);
/** What does not come back by trying again: the device has lost it, or it is as large as it is. */
const HOPELESS: ReadonlySet<string> = new Set(["file_gone", "file_too_large"]);

function Refused({ pending }: { readonly pending: Pending }) {
  const t = useWords("conversation");
  const code = pending.error?.code ?? "internal";
  const gone = HOPELESS.has(code) || AS_DOCUMENT.has(code);
  return (
    <div className={styles["fate"]} role="group" aria-label={t("tickFailed")}>
      <span className={styles["why"]}>{t("refused", { why: errorText(code) })}</span>
      {gone ? null : (
        <Button variant="plain" size="small" onClick={() => client.retry(pending.clientId)}>
          {t("retry")}
        </Button>
      )}
      {AS_DOCUMENT.has(code) && (
        <Button
          variant="plain"
          size="small"
          onClick={() => client.retry(pending.clientId, "document")}
        >
          {t("asDocument")}
        </Button>
      )}
      <Button variant="plain" size="small" onClick={() => client.discard(pending.clientId)}>
        {t("discard")}
      </Button>
    </div>
  );
}

function Waiting({ until }: { readonly until: number }) {
  const t = useWords("conversation");
  const now = useNow(1000);
  const wait = Math.max(1000, until - now);
  return <p className={styles["waiting"]}>{t("waiting", { wait: duration(wait) })}</p>;
}

const REASONS = { unreachable: "unreachable", expired: "expired", gone: "gone" } as const;

function Unreached({ chat, seq }: { readonly chat: Id; readonly seq: number }) {
  const t = useWords("conversation");
  const failure = useChinwag((state) => {
    const of = state.chats.get(chat);
    return of && failureOf(of, seq);
  });
  const name = useChinwag((state) => (failure ? nameOf(state, failure.user) : ""));
  if (!failure) return null;
  return (
    <div className={styles["fate"]} role="group" aria-label={t("tickFailed")}>
      <span className={styles["why"]}>
        {t(REASONS[failure.reason], { name, count: failure.attempts })}
      </span>
      {failure.reason !== "gone" && (
        <Button variant="plain" size="small" onClick={() => tryAgain(chat, seq)}>
          {t("retry")}
        </Button>
      )}
    </div>
  );
}
