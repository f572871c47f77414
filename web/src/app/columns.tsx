/** Which feature stands in which column. */
import { MessagesSquare, Plus } from "lucide-react";
import { lazy } from "react";
import { useLocation } from "wouter";
import { Button, EmptyState } from "@/design";
import { FirstSteps } from "@/features/auth";
import { useWords } from "@/words";
import type { Place } from "./place";

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
  return <Welcome />;
}

export function DetailsColumn({ chat }: { readonly chat: string }) {
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
