/** Alerts, from the start of the page to its end. */
import i18next from "i18next";
import { navigate } from "wouter/use-browser-location";
import { now, subscribe as follow, type State } from "@/state";
import { Alerting } from "./alerting";
import { keep } from "./kept";
import { permission } from "./permission";
import { subscribe, unsubscribe } from "./push";

/** Called once, when the page has started. */
export function startAlerts(): void {
  const begin = () => {
    alerting.look(now());
    push(now());
  };
  const alerting = new Alerting(begin);
  let pushed: string | null = null; // what the server was last told; null: not yet
  const push = (state: State) => {
    if (state.phase !== "ready" || state.link.status !== "online" || !alerting.first) return;
    const { notifications, previews } = state.preferences;
    const wanted = notifications && permission() === "granted";
    const asked = wanted ? `${state.user} ${state.pushKey} ${previews}` : "";
    if (asked === pushed) return;
    pushed = asked;
    void (wanted ? subscribe(state.pushKey, state.preferences) : unsubscribe());
  };
  follow((state, before) => {
    alerting.follow(state, before);
    if (state.phase === "signed-out") pushed = null; // the server forgets, and so does the browser
    push(state);
    const signedIn = state.phase === "ready" && before.phase !== "ready";
    if (signedIn || state.preferences.sounds !== before.preferences.sounds) tellWorker();
  });
  i18next.on("languageChanged", tellWorker);
  tellWorker();
  begin();
  hear(() => {
    pushed = null;
    push(now());
  });
}

/** What the service worker needs to know to alert while there is no page. */
function tellWorker(): void {
  if (!("caches" in globalThis)) return;
  const { sounds } = now().preferences;
  keep({ language: i18next.language, sounds }).catch(() => undefined); // a full disk: English it is
}

/** What the service worker says. */
function hear(resubscribed: () => void): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (data === "resubscribed") resubscribed();
    else if (typeof data === "object" && data !== null && "go" in data) navigate(String(data.go));
  });
  navigator.serviceWorker.startMessages();
}
