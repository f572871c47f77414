import { useState } from "react";
import { Button, Confirm, Dialog, toast } from "@/design";
import { client, useChinwag } from "@/state";
import { refusalText, useWords } from "@/words";
import styles from "./Entrance.module.css";
import { SignInForm } from "./SignInForm";

/**
 * Over the page that stays where it was: the same person signs in and goes on there. It cannot be
 * dismissed, for nothing behind it works.
 */
export function SessionLost() {
  const t = useWords("auth");
  const handle = useChinwag((state) => state.account?.user.handle);
  const [leaving, setLeaving] = useState(false);
  const leave = () => {
    setLeaving(false);
    client.signOut().catch((error: unknown) => toast({ text: refusalText(error), urgent: true }));
  };
  return (
    <Dialog title={t("lostTitle")} open closable={false} onOpenChange={() => undefined}>
      <div className={styles["form"]}>
        <p className={styles["lost"]}>{t("lostText")}</p>
        <SignInForm handle={handle} />
        <Button variant="plain" onClick={() => setLeaving(true)}>
          {t("lostOther")}
        </Button>
      </div>
      <Confirm
        title={t("lostOtherTitle")}
        text={t("lostOtherText")}
        action={t("lostOtherAction")}
        danger
        open={leaving}
        onOpenChange={setLeaving}
        onConfirm={leave}
      />
    </Dialog>
  );
}
