import { useState } from "react";
import { useLocation } from "wouter";
import { Button } from "@/design";
import { useChinwag, type State } from "@/state";
import { useWords } from "@/words";
import styles from "./FirstSteps.module.css";
import { STEPS, skipStep, stepsLeft, type Step } from "./firstSteps";

const LEADS_TO: Readonly<Record<Step, string>> = {
  chat: "/new",
  group: "/new/group",
  about: "/settings/profile",
};

const TEXTS = {
  chat: { title: "stepChatTitle", text: "stepChatText", action: "stepChatAction" },
  group: { title: "stepGroupTitle", text: "stepGroupText", action: "stepGroupAction" },
  about: { title: "stepAboutTitle", text: "stepAboutText", action: "stepAboutAction" },
} as const;

/** What the state shows to be done already. */
function taken(state: State): string {
  const kinds = new Set([...state.chats.values()].map((chat) => chat.kind));
  const done: Step[] = [];
  if (kinds.has("direct")) done.push("chat");
  if (kinds.has("group")) done.push("group");
  if (state.account?.user.about) done.push("about");
  return done.join();
}

/** One next step for whoever made their account here; gone when there is none left. */
export function FirstSteps() {
  const t = useWords("auth");
  const [, navigate] = useLocation();
  const done = useChinwag(taken).split(",");
  const [left, setLeft] = useState(stepsLeft);
  const step = left.find((each) => !done.includes(each));
  if (!step) return null;
  const texts = TEXTS[step];
  return (
    <aside className={styles["card"]} aria-label={t("firstSteps")}>
      <p className={styles["head"]}>
        <span>{t("firstSteps")}</span>
        <span>{t("stepOf", { at: STEPS.indexOf(step) + 1, all: STEPS.length })}</span>
      </p>
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
