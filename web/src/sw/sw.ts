/** The service worker: starts the page without a network, and shows alerts while no page is open. */
import { clicked, pushed, resubscribed } from "./push";
import { activate, answer, install, prune } from "./shell";
import { worker } from "./worker";

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const found = answer(event.request);
  if (found) event.respondWith(found);
});
worker.addEventListener("message", (event) => {
  // From pages: "take over" when the person wants the new version, "started" by each new page.
  if (event.data === "take over") event.waitUntil(worker.skipWaiting());
  if (event.data === "started") event.waitUntil(prune());
});
worker.addEventListener("push", (event) => event.waitUntil(pushed(event.data)));
worker.addEventListener("notificationclick", (event) => event.waitUntil(clicked(event)));
worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(resubscribed(event)));
