import { Settings } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "@/design";
import { useWords } from "@/words";
import { About } from "./About";
import { Appearance } from "./Appearance";
import { Bots } from "./Bots";
import { Devices } from "./Devices";
import { KeyboardChoice } from "./KeyboardChoice";
import { LanguageChoice } from "./LanguageChoice";
import { PasswordChange } from "./PasswordChange";
import { Privacy } from "./Privacy";
import { Profile } from "./Profile";
import { Card, Section } from "./Section";
import { Storage } from "./Storage";

/** One section, in the middle. `alerts`: the settings of another feature, which the app puts in. */
export function SettingsSection({
  section,
  alerts,
}: {
  readonly section?: string | undefined;
  readonly alerts: ReactNode;
}) {
  const t = useWords("settings");
  switch (section) {
    case "profile":
      return <Profile />;
    case "privacy":
      return <Privacy />;
    case "alerts":
      return (
        <Section title={t("alerts")}>
          <Card>{alerts}</Card>
        </Section>
      );
    case "storage":
      return <Storage />;
    case "appearance":
      return <Appearance />;
    case "language":
      return <LanguageChoice />;
    case "keyboard":
      return <KeyboardChoice />;
    case "devices":
      return <Devices />;
    case "password":
      return <PasswordChange />;
    case "bots":
      return <Bots />;
    case "about":
      return <About />;
    default:
      return <EmptyState icon={<Settings />} title={t("pickTitle")} text={t("pickText")} />;
  }
}
