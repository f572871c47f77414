/** What shows without a look at the page: its title, its icon in the tab, the number on the app. */

const NAME = "chinwag";
const ICON = "/favicon.svg";
const ICON_UNREAD = "/favicon-unread.svg";

// What comes into the open chat is read within this time: no number comes and goes for it.
const SETTLED_AFTER = 150; // ms

let latest = { chats: 0, messages: 0 };
let settling: ReturnType<typeof setTimeout> | undefined;

/** `chats`: with something unread. `messages`: how many that are, for the installed app. */
export function badge(chats: number, messages: number): void {
  latest = { chats, messages };
  settling ??= setTimeout(put, SETTLED_AFTER);
}

function put(): void {
  settling = undefined;
  const { chats, messages } = latest;
  document.title = chats > 0 ? `(${chats}) ${NAME}` : NAME;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"][type="image/svg+xml"]');
  const wanted = chats > 0 ? ICON_UNREAD : ICON;
  if (icon && new URL(icon.href).pathname !== wanted) icon.href = wanted;
  if (!("setAppBadge" in navigator)) return;
  // Refused where the client is not installed: there is nothing to put a number on.
  void navigator.setAppBadge(messages).catch(() => undefined);
}
