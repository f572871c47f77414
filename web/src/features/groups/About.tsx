import {
  Bell,
  BellOff,
  Images,
  Link2,
  Pencil,
  Settings2,
  UserPlus,
  UserRoundCheck,
} from "lucide-react";
import { useState } from "react";
import {
  Avatar,
  Badge,
  Button,
  Hero,
  ListRow,
  MenuRow,
  PictureEditor,
  Section,
  toast,
  useNow,
} from "@/design";
import {
  client,
  isAdmin,
  isMember,
  mayAdd,
  mayEdit,
  muted,
  newId,
  useChinwag,
  type Chat,
} from "@/state";
import { LIMITS } from "@/wire/types";
import { chatTitle, moment, muteChoices, refusalText, useWords } from "@/words";
import { Edit } from "./Edit";
import type { View } from "./view";
import styles from "./Groups.module.css";

export interface AboutProps {
  readonly chat: Chat;
  readonly onView: (view: View) => void;
}

/** The head of a group's page: what it is, and what can be done about it. */
export function About({ chat, onView }: AboutProps) {
  const t = useWords("groups");
  const [editing, setEditing] = useState(false);
  const title = useChinwag((state) => chatTitle(state, chat));
  const member = isMember(chat);
  const editable = mayEdit(null, chat);
  const description = chat.group?.description ?? "";
  const face = (
    <Avatar id={chat.id} name={title} kind="group" picture={chat.group?.avatar} size={112} />
  );
  return (
    <>
      <Hero
        face={
          editable ? (
            <PictureEditor
              face={face}
              has={!!chat.group?.avatar}
              onChange={async (picture) => {
                const avatar = picture ? await client.uploadAvatar(picture) : "";
                const change = { chat: chat.id, client_id: newId(), avatar };
                await client.ask({ type: "change_group", ...change });
              }}
            />
          ) : (
            face
          )
        }
        title={title}
        text={member ? t("members", { count: chat.group?.members ?? 0 }) : t("group")}
        actions={
          editable && (
            <Button size="small" onClick={() => setEditing(true)}>
              <Pencil size={16} aria-hidden />
              {t("edit")}
            </Button>
          )
        }
      />
      {!member && <p className={styles["notice"]}>{t("noMember")}</p>}
      {description && <Description text={description} />}
      <Section>
        <ListRow
          leading={<Images />}
          title={t("gallery")}
          href={`/c/${encodeURIComponent(chat.id)}/gallery`}
        />
        {mayAdd(null, chat) && (
          <>
            <ListRow leading={<UserPlus />} title={t("add")} onSelect={() => onView("add")} />
            <ListRow
              leading={<Link2 />}
              title={t("link")}
              subtitle={t("linkHint")}
              onSelect={() => onView("link")}
            />
          </>
        )}
        {isAdmin(chat) && (chat.waiting > 0 || chat.group?.approval) && (
          <ListRow
            leading={<UserRoundCheck />}
            title={t("requests")}
            trailing={
              chat.waiting > 0 && (
                <Badge
                  kind="unread"
                  count={chat.waiting}
                  label={t("requestsCount", { count: chat.waiting })}
                />
              )
            }
            onSelect={() => onView("requests")}
          />
        )}
        {member && (
          <ListRow
            leading={<Settings2 />}
            title={t("settings")}
            subtitle={t("settingsHint")}
            onSelect={() => onView("settings")}
          />
        )}
        <Mute chat={chat} />
      </Section>
      {editing && <Edit chat={chat} onClose={() => setEditing(false)} />}
    </>
  );
}

const LONG = 180;

function Description({ text }: { readonly text: string }) {
  const t = useWords("groups");
  const [whole, setWhole] = useState(false);
  const long = text.length > LONG || text.split("\n").length > 3;
  return (
    <div className={styles["description"]}>
      <p dir="auto" data-clamped={(long && !whole) || undefined}>
        {text}
      </p>
      {long && (
        <Button variant="plain" size="small" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t(whole ? "less" : "more")}
        </Button>
      )}
    </div>
  );
}

function Mute({ chat }: { readonly chat: Chat }) {
  const t = useWords("groups");
  const now = useNow();
  const until = chat.mine.muted_until ?? 0;
  const mute = (muted_until: number) => {
    client.arrange(chat.id, { muted_until }).catch((error: unknown) => {
      toast({ text: refusalText(error), urgent: true });
    });
  };
  if (muted(chat, now)) {
    const forEver = until >= LIMITS.SAFE_INTEGER;
    return (
      <ListRow
        leading={<Bell />}
        title={t("unmute")}
        subtitle={forEver ? t("muted") : t("mutedUntil", { moment: moment(until, now) })}
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
