/** Which feature stands in which column. */
import { MessagesSquare, Plus } from "lucide-react";
import { useLocation } from "wouter";
import { Button, EmptyState } from "@/design";
import { AlertOffer, AlertSettings } from "@/features/alerts";
import { FirstSteps } from "@/features/auth";
import { ChatList } from "@/features/chats";
import { useChinwag } from "@/state";
import { firstName, useWords } from "@/words";
import { later } from "./later";
import { view } from "./overlays";
import type { Place } from "./place";

const people = () => import("@/features/people");
const NewChat = later(async () => (await people()).NewChat);
const ContactInfo = later(async () => (await people()).ContactInfo);
const groups = () => import("@/features/groups");
const NewGroup = later(async () => (await groups()).NewGroup);
const GroupInfo = later(async () => (await groups()).GroupInfo);
const JoinGroup = later(async () => (await groups()).JoinGroup);
const talk = () => import("./Talk");
const Talk = later(async () => (await talk()).Talk);
const TalkInfo = later(async () => (await talk()).TalkInfo);
const Gallery = later(async () => (await import("@/features/gallery")).Gallery);
const settings = () => import("@/features/settings");
const SettingsMenu = later(async () => (await settings()).SettingsMenu);
const SettingsSection = later(async () => (await settings()).SettingsSection);

export function ListColumn({ place }: { readonly place: Place }) {
  switch (place.list) {
    case "settings":
      return <SettingsMenu section={place.section} />;
    case "new":
      return <NewChat />;
    case "new-group":
      return <NewGroup />;
    default:
      return <ChatList notice={<FirstSteps otherwise={<AlertOffer />} />} />;
  }
}

export function MainColumn({ place }: { readonly place: Place }) {
  if (place.list === "settings")
    return <SettingsSection section={place.section} alerts={<AlertSettings />} />;
  if (place.code) return <JoinGroup key={place.code} code={place.code} />;
  if (place.chat !== undefined) return <Talk chat={place.chat} at={place.at} />;
  return <Welcome />;
}

export function DetailsColumn({ place }: { readonly place: Place }) {
  const { chat = "", message } = place;
  const kind = useChinwag((state) => state.chats.get(chat)?.kind);
  if (place.gallery) return <Shared key={chat} chat={chat} />;
  if (message !== undefined) return <TalkInfo chat={chat} seq={message} />;
  if (kind === "group") return <GroupInfo key={chat} chat={chat} />;
  return kind === "direct" ? <ContactInfo key={chat} chat={chat} /> : null;
}

function Shared({ chat }: { readonly chat: string }) {
  const [, navigate] = useLocation();
  return (
    <Gallery
      chat={chat}
      onView={view}
      onShow={(seq) => navigate(`/c/${encodeURIComponent(chat)}?at=${seq}`)}
    />
  );
}

/** No chat is in front. */
function Welcome() {
  const t = useWords("app");
  const [, navigate] = useLocation();
  const empty = useChinwag((state) => state.chats.size === 0);
  const caughtUp = useChinwag((state) => state.caughtUp);
  const name = useChinwag((state) => state.account?.user.name ?? "");
  if (empty && !caughtUp) return null;
  if (empty) {
    // The list says how to begin; here is where it will lead.
    const title = name ? t("firstTitle", { name: firstName(name) }) : "chinwag";
    return <EmptyState icon={<MessagesSquare />} title={title} text={t("firstText")} />;
  }
  return (
    <EmptyState
      icon={<MessagesSquare />}
      title={t("welcomeTitle")}
      text={t("welcomeText")}
      action={
        <Button onClick={() => navigate("/new")}>
          <Plus size={18} aria-hidden />
          {t("welcomeAction")}
        </Button>
      }
    />
  );
}
