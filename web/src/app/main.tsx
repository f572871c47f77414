/** The entrance: what the page runs first. */
import "@/design/tokens.css";
import "@/design/reset.css";
import "@/design/fonts.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startAlerts } from "@/features/alerts";
import { watchUpdates } from "@/features/updates";
import { client } from "@/state";
import { speak } from "@/words";
import { App } from "./App";
import { lastLanguage } from "./look";

const started = client.start();
const root = createRoot(document.getElementById("root")!);

await speak(lastLanguage());
root.render(
  <StrictMode>
    <App />
  </StrictMode>,
);
await started;
startAlerts();
watchUpdates();
