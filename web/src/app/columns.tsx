/** Which feature stands in which column. */
import { MessagesSquare, Plus } from "lucide-react";
import { lazy } from "react";
import { useLocation } from "wouter";
import { Button, EmptyState } from "@/design";
import { FirstSteps } from "@/features/auth";
import { useWords } from "@/words";
import type { Place } from "./place";

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
    default:
      return <FirstSteps />;
  }
}

export function MainColumn({ place }: { readonly place: Place }) {
  if (place.list === "settings") return <SettingsSection section={place.section} alerts={null} />;
  if (place.chat !== undefined) return <Talk chat={place.chat} at={place.at} />;
  return <Welcome />;
}

export function DetailsColumn({ place }: { readonly place: Place }) {
  const { chat, message } = place;
  if (chat !== undefined && message !== undefined) return <TalkInfo chat={chat} seq={message} />;
  return <p>{chat}</p>;
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
