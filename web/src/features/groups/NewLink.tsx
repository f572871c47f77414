import { useState } from "react";
import { Button, Dialog, RadioGroup } from "@/design";
import { client } from "@/state";
import type { Id, Link } from "@/wire/types";
import { duration, refusalText, useWords } from "@/words";
import styles from "./Groups.module.css";

const DAY = 86_400;
const LENGTHS = [DAY, 7 * DAY, 30 * DAY];
const USES = [0, 1, 10, 100];

interface NewLinkProps {
  readonly chat: Id;
  readonly onNew: (link: Link) => void;
  readonly onClose: () => void;
}

/** Another link in place of the present one: for how long, and for how many. */
export function NewLink({ chat, onNew, onClose }: NewLinkProps) {
  const t = useWords("groups");
  const [seconds, setSeconds] = useState(String(7 * DAY));
  const [uses, setUses] = useState("0");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const make = async () => {
    setBusy(true);
    setProblem("");
    try {
      const terms = { seconds: Number(seconds), uses: Number(uses) };
      onNew(await client.ask({ type: "reset_invite_link", chat, ...terms }));
      onClose();
    } catch (error) {
      setProblem(refusalText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={t("resetTitle")}
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="primary" busy={busy} onClick={() => void make()}>
            {t("resetVerb")}
          </Button>
        </>
      }
    >
      <div className={styles["dialog"]}>
        <p>{t("resetText")}</p>
        <RadioGroup
          label={t("lasts")}
          options={LENGTHS.map((length) => ({
            value: String(length),
            label: duration(length * 1000),
          }))}
          value={seconds}
          onChange={setSeconds}
        />
        <RadioGroup
          label={t("mostUses")}
          options={USES.map((most) => ({
            value: String(most),
            label: most ? t("upTo", { count: most }) : t("anyNumber"),
          }))}
          value={uses}
          onChange={setUses}
        />
        {problem && (
          <p className={styles["problem"]} role="alert">
            {problem}
          </p>
        )}
      </div>
    </Dialog>
  );
}
