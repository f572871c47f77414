import { Ban, Bell, BellOff, Copy, Images, ShieldCheck } from "lucide-react";
import { useEffect, useState } from "react";
import {
  Avatar,
  Confirm,
  copyText,
  Hero,
  IconButton,
  ListRow,
  MenuRow,
  Panel,
  PanelHeader,
  Section,
  SectionText,
  toast,
  useNow,
  goUp,
} from "@/design";
import { client, muted, useChinwag, type Chat } from "@/state";
import { LIMITS, type Id, type User } from "@/wire/types";
import { lastSeen, moment, muteChoices, nameOf, refusalText, useWords } from "@/words";
import { GroupsInCommon } from "./GroupsInCommon";
import styles from "./People.module.css";

export interface ContactInfoProps {
  /** A chat of two. */
  readonly chat: Id;
}

/** Who somebody is, and what to do about them. */
export function ContactInfo({ chat: id }: ContactInfoProps) {
  const t = useWords("people");
  const chat = useChinwag((state) => state.chats.get(id));
  const user = useChinwag((state) => state.users.get(chat?.peer ?? ""));
  return (
    <Panel
      label={t("info")}
      header={<PanelHeader title={t("info")} closes onBack={() => goUp(`/c/${id}`)} />}
    >
      {chat?.peer !== undefined && <Contact chat={chat} peer={chat.peer} user={user} />}
    </Panel>
  );
}

interface ContactProps {
  readonly chat: Chat;
  readonly peer: Id;
  /** Undefined until the profile is known. */
  readonly user: User | undefined;
}

function Contact({ chat, peer, user }: ContactProps) {
  const t = useWords("people");
  const now = useNow();
  const presence = useChinwag((state) => state.presence.get(peer));
  const skew = useChinwag((state) => state.skew);
  const name = useChinwag((state) => nameOf(state, peer));
  const blocked = useChinwag((state) => state.account?.blocked?.includes(peer) ?? false);
  const known = user !== undefined;
  useEffect(() => {
    // What cannot be learnt now is learnt when the server is there again.
    if (!known) client.ask({ type: "users", ids: [peer] }).catch(() => undefined);
  }, [known, peer]);
  const seen = user?.gone ? t("gone") : lastSeen(presence, now + skew);
  return (
    <>
      <Hero
        face={<Avatar id={peer} name={name} kind={user?.kind} picture={user?.avatar} size={112} />}
        title={name}
        text={
          <>
            {user?.handle && <Handle handle={user.handle} />}
            {user?.kind === "bot" && <span className={styles["seen"]}>{t("bot")}</span>}
            {seen && <span className={styles["seen"]}>{seen}</span>}
          </>
        }
      />
      {blocked && <p className={styles["notice"]}>{t("isBlocked")}</p>}
      {user?.about && (
        <Section title={t("about")}>
          <SectionText>{user.about}</SectionText>
        </Section>
      )}
      <Section>
        <ListRow
          leading={<Images />}
          title={t("gallery")}
          href={`/c/${encodeURIComponent(chat.id)}/gallery`}
        />
        <Mute chat={chat} />
      </Section>
      <Section title={t("groups")}>
        <GroupsInCommon user={peer} />
      </Section>
      <Section>
        <Block user={peer} name={name} blocked={blocked} />
      </Section>
    </>
  );
}

function Handle({ handle }: { readonly handle: string }) {
  const t = useWords("people");
  const copy = async () => {
    toast({ text: t((await copyText(`@${handle}`)) ? "handleCopied" : "notCopied") });
  };
  return (
    <span className={styles["handle"]} dir="ltr">
      @{handle}
      <IconButton
        size="small"
        label={t("copyHandle")}
        icon={<Copy />}
        onClick={() => void copy()}
      />
    </span>
  );
}

function Mute({ chat }: { readonly chat: Chat }) {
  const t = useWords("people");
  const now = useNow();
  const until = chat.mine.muted_until ?? 0;
  const mute = (muted_until: number) => {
    client.arrange(chat.id, { muted_until }).catch((error: unknown) => {
      toast({ text: refusalText(error), urgent: true });
    });
  };
  if (muted(chat, now)) {
    const ends = until >= LIMITS.SAFE_INTEGER ? t("muted") : null;
    return (
      <ListRow
        leading={<Bell />}
        title={t("unmute")}
        subtitle={ends ?? t("mutedUntil", { moment: moment(until, now) })}
        onSelect={() => mute(0)}
      />
    );
  }
  return (
    <MenuRow
      leading={<BellOff />}
      title={t("mute")}
      items={muteChoices(now).map(({ label, until: end }) => ({
        label,
        onSelect: () => mute(end),
      }))}
    />
  );
}

interface BlockProps {
  readonly user: Id;
  readonly name: string;
  readonly blocked: boolean;
}

function Block({ user, name, blocked }: BlockProps) {
  const t = useWords("people");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const set = async (wanted: boolean) => {
    setBusy(true);
    setProblem("");
    try {
      await client.ask({ type: "block", user, blocked: wanted });
      toast({ text: t(wanted ? "blocked" : "unblocked", { name }) });
    } catch (error) {
      setProblem(refusalText(error));
    }
    setBusy(false);
    setAsking(false);
  };
  return (
    <>
      <ListRow
        danger={!blocked}
        leading={blocked ? <ShieldCheck /> : <Ban />}
        title={t(blocked ? "unblock" : "block", { name })}
        wraps
        onSelect={() => {
          if (busy) return;
          if (blocked) void set(false);
          else setAsking(true);
        }}
      />
      {problem && (
        <p className={styles["problem"]} role="alert">
          {problem}
        </p>
      )}
      <Confirm
        open={asking}
        danger
        busy={busy}
        title={t("blockTitle", { name })}
        text={t("blockText")}
        action={t("blockVerb")}
        onOpenChange={setAsking}
        onConfirm={() => void set(true)}
      />
    </>
  );
}
