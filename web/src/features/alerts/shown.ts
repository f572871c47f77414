/** The notifications on the screen of this device, by way of the service worker. */
import { unread, type Chat } from "@/state";
import type { Id, MessageAlert, Seq } from "@/wire/types";
import { alone } from "./alone";
import { dataOf, notice, tagOf, type Say } from "./notice";

const SUMMARY = "summary";

export async function show(alert: MessageAlert, say: Say, silent: boolean): Promise<void> {
  const registration = await worker();
  const { title, options } = notice(alert, say, silent);
  await alone(async () => {
    const there = await registration.getNotifications({ tag: tagOf(alert.chat) });
    if (there.some((each) => (dataOf(each)?.seq ?? 0) >= alert.seq)) return;
    await registration.showNotification(title, options);
  });
}

/** One for many: `title` says how much, `body` where. */
export function showSummary(title: string, body: string, silent: boolean): Promise<void> {
  return plain(SUMMARY, title, body, silent);
}

/** So that a person sees what they turned on. */
export function showTest(title: string, body: string, silent: boolean): Promise<void> {
  return plain("test", title, body, silent);
}

/** The one that is there now: `ready` remembers the first, which signing out takes away. */
export async function worker(): Promise<ServiceWorkerRegistration> {
  const there = await navigator.serviceWorker.getRegistration();
  if (there?.active) return there;
  const coming = there?.installing ?? there?.waiting;
  if (!coming) return navigator.serviceWorker.ready;
  await change(coming);
  return worker();
}

/** Only an active worker shows notifications: on the way there, or to its end, it changes. */
function change(coming: ServiceWorker): Promise<unknown> {
  return new Promise((resolve) => coming.addEventListener("statechange", resolve, { once: true }));
}

async function plain(tag: string, title: string, body: string, silent: boolean): Promise<void> {
  const registration = await worker();
  const icons = { icon: "/icons/app-192.png", badge: "/icons/badge-96.png" };
  const options: NotificationOptions = { ...icons, body, tag, dir: "auto", silent };
  await alone(() => registration.showNotification(title, options));
}

/** Put away what has been read, here or elsewhere, and what is of no chat any more. */
export async function putAway(chats: ReadonlyMap<Id, Chat>): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await alone(async () => {
    for (const each of (await registration?.getNotifications()) ?? []) {
      const data = dataOf(each);
      const done = data
        ? isRead(chats.get(data.chat), data.seq)
        : each.tag === SUMMARY && allRead(chats);
      if (done) each.close();
    }
  });
}

/** A push may be ahead of the chat as it is known here: of that, nothing is said. */
export function isRead(chat: Chat | undefined, seq: Seq): boolean {
  if (!chat) return true;
  return seq <= chat.last && (unread(chat) === 0 || (chat.mine.read ?? 0) >= seq);
}

function allRead(chats: ReadonlyMap<Id, Chat>): boolean {
  return [...chats.values()].every((chat) => unread(chat) === 0);
}
