import { Link2Off, RefreshCw } from "lucide-react";
import { useState } from "react";
import {
  Button,
  Confirm,
  ListRow,
  Panel,
  PanelHeader,
  Section,
  Spinner,
  toast,
  useNow,
} from "@/design";
import { ShareLink } from "@/design/ShareLink";
import { client, isAdmin, useAsked, useChinwag, type Chat } from "@/state";
import type { Link } from "@/wire/types";
import { chatTitle, moment, refusalText, useWords } from "@/words";
import type { PartProps } from "./AddMembers";
import styles from "./Groups.module.css";
import { NewLink } from "./NewLink";

/** The link by which people come in by themselves. */
export function InviteLink({ chat, onBack }: PartProps) {
  const t = useWords("groups");
  const { answer: link, error, retry, put } = useAsked({ type: "invite_link", chat: chat.id });
  const [off, setOff] = useState(false);
  const make = () => {
    setOff(false);
    retry();
  };
  return (
    <Panel label={t("linkTitle")} header={<PanelHeader title={t("linkTitle")} onBack={onBack} />}>
      {off && (
        <>
          <p className={styles["text"]}>{t("noLink")}</p>
          <div className={styles["buttons"]}>
            <Button variant="primary" onClick={make}>
              {t("make")}
            </Button>
          </div>
        </>
      )}
      {!off && !link && error === null && (
        <div className={styles["waiting"]}>
          <Spinner label={t("loading")} />
        </div>
      )}
      {error !== null && (
        <div className={styles["buttons"]} role="alert">
          <p className={styles["problem"]}>{refusalText(error)}</p>
          <Button onClick={retry}>{t("retry")}</Button>
        </div>
      )}
      {!off && link && (
        <Present
          chat={chat}
          link={link}
          onNew={put}
          onOff={() => {
            put(null);
            setOff(true);
          }}
        />
      )}
    </Panel>
  );
}

interface PresentProps {
  readonly chat: Chat;
  readonly link: Link;
  readonly onNew: (link: Link) => void;
  readonly onOff: () => void;
}

function Present({ chat, link, onNew, onOff }: PresentProps) {
  const t = useWords("groups");
  const now = useNow();
  const title = useChinwag((state) => chatTitle(state, chat));
  const address = new URL(`/join/${link.code}`, location.href).href;
  return (
    <>
      <p className={styles["text"]}>{t(chat.group?.approval ? "linkApproval" : "linkText")}</p>
      <ShareLink address={address} label={t("qr")} message={t("shareText", { title, address })} />
      <p className={styles["meta"]}>
        {t("expires", { moment: moment(link.expires_at, now) })}
        <br />
        {link.uses ? t("uses", { count: link.uses }) : t("usesAny")}
      </p>
      {isAdmin(chat) && <Manage chat={chat} onNew={onNew} onOff={onOff} />}
    </>
  );
}

function Manage({ chat, onNew, onOff }: Omit<PresentProps, "link">) {
  const t = useWords("groups");
  const [asking, setAsking] = useState<"new" | "off" | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const revoke = async () => {
    setBusy(true);
    setProblem("");
    try {
      await client.ask({ type: "revoke_invite_link", chat: chat.id });
      toast({ text: t("revoked") });
      onOff();
    } catch (error) {
      setProblem(refusalText(error));
      setBusy(false);
      setAsking(null);
    }
  };
  return (
    <div className={styles["rules"]}>
      <Section>
        <ListRow leading={<RefreshCw />} title={t("reset")} onSelect={() => setAsking("new")} />
        <ListRow
          danger
          leading={<Link2Off />}
          title={t("revoke")}
          onSelect={() => setAsking("off")}
        />
        {problem && (
          <p className={styles["problem"]} role="alert">
            {problem}
          </p>
        )}
      </Section>
      {asking === "new" && <NewLink chat={chat.id} onNew={onNew} onClose={() => setAsking(null)} />}
      <Confirm
        open={asking === "off"}
        danger
        busy={busy}
        title={t("revokeTitle")}
        text={t("revokeText")}
        action={t("revokeVerb")}
        onConfirm={() => void revoke()}
        onOpenChange={(open) => !open && setAsking(null)}
      />
    </div>
  );
}
