/** Which feature stands in which column. */
import { MessagesSquare, Plus } from "lucide-react";
import { lazy } from "react";
import { useLocation } from "wouter";
import { Button, EmptyState } from "@/design";
import { AlertOffer, AlertSettings } from "@/features/alerts";
import { FirstSteps } from "@/features/auth";
import { ChatList } from "@/features/chats";
import { useChinwag } from "@/state";
import { useWords } from "@/words";
import type { Place } from "./place";

const people = () => import("@/features/people");
const NewChat = lazy(async () => ({ default: (await people()).NewChat }));
const ContactInfo = lazy(async () => ({ default: (await people()).ContactInfo }));
const groups = () => import("@/features/groups");
const NewGroup = lazy(async () => ({ default: (await groups()).NewGroup }));
const GroupInfo = lazy(async () => ({ default: (await groups()).GroupInfo }));
const JoinGroup = lazy(async () => ({ default: (await groups()).JoinGroup }));
const talk = () => import("./Talk");
const Talk = lazy(async () => ({ default: (await talk()).Talk }));
const TalkInfo = lazy(async () => ({ default: (await talk()).TalkInfo }));
const settings = () => import("@/features/settings");
const SettingsMenu = lazy(async () => ({ default: (await settings()).SettingsMenu }));
const SettingsSection = lazy(async () => ({ default: (await settings()).SettingsSection }));

export function ListColumn({ place }: { readonly place: Place }) {
  switch (place.list) {
    case "settings":
      return <SettingsMenu section={place.section} />;
    case "new":
      return <NewChat />;
    case "new-group":
      return <NewGroup />;
    default:
      return <ChatList notice={<Notices />} />;
  }
}

/** What stands above the chats for a while. */
function Notices() {
  return (
    <>
      <FirstSteps />
      <AlertOffer />
    </>
  );
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
  if (message !== undefined) return <TalkInfo chat={chat} seq={message} />;
  if (kind === "group") return <GroupInfo key={chat} chat={chat} />;
  return kind === "direct" ? <ContactInfo key={chat} chat={chat} /> : null;
}

/** No chat is in front. */
function Welcome() {
  const t = useWords("app");
  const [, navigate] = useLocation();
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
