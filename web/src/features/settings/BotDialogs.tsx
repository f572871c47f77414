import { Copy } from "lucide-react";
import { useId, useState } from "react";
import { Button, Dialog, TextField, copyText, toast, useSubmit } from "@/design";
import { client } from "@/state";
import { LIMITS, type BotToken } from "@/wire/types";
import { cleanHandle, handleFault, useWords } from "@/words";
import styles from "./Section.module.css";

const FIELDS = ["name", "handle"] as const;

export function CreateBot({
  made,
  close,
}: {
  readonly made: (bot: BotToken) => void;
  readonly close: () => void;
}) {
  const t = useWords("settings");
  const id = useId();
  const [name, setName] = useState("");
  const [handle, setHandle] = useState("");
  const check = () => ({
    name: name.trim() ? "" : t("nameMissing"),
    handle: handleFault(handle),
  });
  const form = useSubmit(FIELDS, check, async () => {
    made(await client.ask({ type: "create_bot", handle, name: name.trim() }));
  });
  return (
    <Dialog
      title={t("botCreateTitle")}
      open
      onOpenChange={close}
      footer={
        <Button type="submit" form={id} variant="primary" busy={form.busy}>
          {t("createBot")}
        </Button>
      }
    >
      <form id={id} className={styles["form"]} onSubmit={form.onSubmit} noValidate>
        {form.failure && (
          <p role="alert" className={styles["failure"]}>
            {form.failure}
          </p>
        )}
        <TextField
          label={t("name")}
          name="name"
          value={name}
          most={LIMITS.NAME_CHARS}
          error={form.faults.name}
          autoComplete="off"
          dir="auto"
          onChange={(event) => {
            setName(event.target.value);
            form.forgive("name");
          }}
        />
        <TextField
          label={t("handle")}
          name="handle"
          prefix="@"
          value={handle}
          most={LIMITS.HANDLE_CHARS}
          error={form.faults.handle}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          onChange={(event) => {
            setHandle(cleanHandle(event.target.value));
            form.forgive("handle");
          }}
        />
      </form>
    </Dialog>
  );
}

/** The one time that a token is shown. */
export function ShowToken({ bot, close }: { readonly bot: BotToken; readonly close: () => void }) {
  const t = useWords("settings");
  const copy = async () => {
    const copied = await copyText(bot.token);
    toast({ text: t(copied ? "copied" : "copyFailed"), urgent: !copied });
  };
  return (
    <Dialog
      title={t("botTokenTitle", { name: bot.user.name })}
      open
      onOpenChange={close}
      footer={
        <Button variant="primary" onClick={() => void copy()}>
          <Copy size={18} aria-hidden />
          {t("copy")}
        </Button>
      }
    >
      <div className={styles["form"]}>
        <p>{t("botTokenText")}</p>
        <output className={styles["token"]} dir="ltr">
          {bot.token}
        </output>
      </div>
    </Dialog>
  );
}
