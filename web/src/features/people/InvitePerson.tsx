import { useState } from "react";
import { Button, Dialog, useNow } from "@/design";
import { ShareLink } from "@/design/ShareLink";
import { client, useChinwag } from "@/state";
import type { Invitation } from "@/wire/types";
import { moment, refusalText, useWords } from "@/words";
import styles from "./People.module.css";

/** Bring somebody onto this server: its own address where it is open, else a link for one. */
export function InvitePerson({ onClose }: { readonly onClose: () => void }) {
  const t = useWords("people");
  const open = useChinwag((state) => state.server?.sign_up === "open");
  return (
    <Dialog title={t("invite")} open onOpenChange={(still) => !still && onClose()}>
      {open ? (
        <Present path="/sign-up">{t("inviteOpen")}</Present>
      ) : (
        <Making>
          {(made, now) => (
            <Present path={`/invite/${made.code}`}>
              {t("inviteOnce", { moment: moment(made.expires_at, now) })}
            </Present>
          )}
        </Making>
      )}
    </Dialog>
  );
}

/** The invitation is made when it is asked for: each one can be used by one person. */
function Making(props: { readonly children: (made: Invitation, now: number) => React.ReactNode }) {
  const t = useWords("people");
  const now = useNow();
  const [made, setMade] = useState<Invitation | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const make = async () => {
    setBusy(true);
    setProblem("");
    try {
      setMade(await client.ask({ type: "invite_person" }));
    } catch (error) {
      setProblem(refusalText(error));
    } finally {
      setBusy(false);
    }
  };
  if (made) return props.children(made, now);
  return (
    <div className={styles["making"]}>
      <p>{t("inviteHow")}</p>
      {problem && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
      <Button variant="primary" busy={busy} onClick={() => void make()}>
        {t("inviteMake")}
      </Button>
    </div>
  );
}

function Present(props: { readonly path: string; readonly children: string }) {
  const t = useWords("people");
  const address = new URL(props.path, location.href).href;
  return (
    <>
      <p>{props.children}</p>
      <ShareLink address={address} label={t("inviteQr")} message={t("inviteText", { address })} />
    </>
  );
}
