import { useState, type ReactNode } from "react";
import { useLocation } from "wouter";
import { Button } from "@/design";
import { useChinwag, type State } from "@/state";
import { useWords } from "@/words";
import styles from "./FirstSteps.module.css";
import { skipStep, stepsLeft, type Step } from "./firstSteps";

const LEADS_TO: Readonly<Record<Step, string>> = {
  group: "/new/group",
  about: "/settings/profile",
};

const TEXTS = {
  group: { title: "stepGroupTitle", text: "stepGroupText", action: "stepGroupAction" },
  about: { title: "stepAboutTitle", text: "stepAboutText", action: "stepAboutAction" },
} as const;

/** What the state shows to be done already; 'all' before the first chat, which is the first step. */
function taken({ chats, account }: State): string {
  const kinds = new Set([...chats.values()].map((chat) => chat.kind));
  if (kinds.size === 0) return "all";
  return [kinds.has("group") && "group", account?.user.about && "about"].filter(Boolean).join();
}

/**
 * One next step for whoever made their account here, until none is left or all are skipped; then
 * `otherwise`: two wishes at once are one too many.
 */
export function FirstSteps({ otherwise }: { readonly otherwise: ReactNode }) {
  const t = useWords("auth");
  const [, navigate] = useLocation();
  const done = useChinwag(taken);
  const [left, setLeft] = useState(stepsLeft);
  const step = done === "all" ? undefined : left.find((each) => !done.split(",").includes(each));
  if (!step) return otherwise;
  const texts = TEXTS[step];
  return (
    <aside className={styles["card"]} aria-label={t("firstSteps")}>
      <p className={styles["head"]}>{t("firstSteps")}</p>
      <h2 className={styles["title"]}>{t(texts.title)}</h2>
      <p className={styles["text"]}>{t(texts.text)}</p>
      <div className={styles["actions"]}>
        <Button variant="primary" size="small" onClick={() => navigate(LEADS_TO[step])}>
          {t(texts.action)}
        </Button>
        <Button variant="plain" size="small" onClick={() => setLeft(skipStep(step))}>
          {t("skip")}
        </Button>
      </div>
    </aside>
  );
}
