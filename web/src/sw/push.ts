/** Alerts that come by Web Push, and what becomes of a notification that is clicked. */
import { alone } from "@/features/alerts/alone";
import { kept } from "@/features/alerts/kept";
import { dataOf, notice, tagOf } from "@/features/alerts/notice";
import type { Alert, MessageAlert, ReadAlert } from "@/wire/types";
import { saying } from "./say";
import { isPage } from "./shell";
import { worker } from "./worker";

/** A push message, decrypted by the browser. */
export async function pushed(data: PushMessageData | null): Promise<void> {
  const alert = data?.json() as Alert | undefined;
  if (alert?.type === "message") await message(alert);
  if (alert?.type === "read") await read(alert);
}

async function message(alert: MessageAlert): Promise<void> {
  const pages = await windows();
  // Somebody looks at chinwag: the page itself says what there is to say.
  if (pages.some((page) => page.focused)) return;
  const { language, sounds } = await kept();
  const { title, options } = notice(alert, saying(language), !sounds);
  await alone(async () => {
    const shown = await worker.registration.getNotifications({ tag: tagOf(alert.chat) });
    // Push services may repeat a message, and change the order of two.
    if (shown.some((each) => (dataOf(each)?.seq ?? 0) >= alert.seq)) return;
    await worker.registration.showNotification(title, options);
    await badge(alert.total);
  });
}

async function read({ chat, seq, total }: ReadAlert): Promise<void> {
  await alone(async () => {
    for (const each of await worker.registration.getNotifications({ tag: tagOf(chat) })) {
      if ((dataOf(each)?.seq ?? 0) <= seq) each.close();
    }
    await badge(total);
  });
}

async function badge(total = 0): Promise<void> {
  if (!("setAppBadge" in navigator)) return;
  // Refused where the client is not installed: there is nothing to put a number on.
  await navigator.setAppBadge(total).catch(() => undefined);
}

/** To the chat: in a page that is there, or in a new one. */
export async function clicked({ notification }: NotificationEvent): Promise<void> {
  notification.close();
  const data = dataOf(notification);
  const path = data ? `/c/${data.chat}` : "/";
  const pages = (await windows()).filter((each) => isPage(new URL(each.url)));
  const page = pages.find((each) => each.focused) ?? pages[0];
  if (!page) {
    await worker.clients.openWindow(path);
    return;
  }
  page.postMessage({ go: path });
  await page.focus().catch(() => undefined); // refused once the click is too long ago
}

/** The browser changed its subscription. Pages tell the server: only they are signed in. */
export async function resubscribed(event: PushSubscriptionChangeEvent): Promise<void> {
  const options = event.oldSubscription?.options;
  if (!event.newSubscription && options) await worker.registration.pushManager.subscribe(options);
  for (const page of await windows()) page.postMessage("resubscribed");
}

function windows(): Promise<readonly WindowClient[]> {
  return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
}
