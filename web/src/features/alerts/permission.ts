/** Whether this browser shows notifications, and lets us. */
import { useSyncExternalStore } from "react";

export type Permission =
  | "granted"
  | "denied"
  /** Not asked yet. */
  | "default"
  /** Cannot: no secure address, an old browser, or an iPhone without the client on its home screen. */
  | "unsupported";

const waiting = new Set<() => void>();
let watched = false;
/** Remembered as soon as the browser tells of changes: to ask it makes the page wait. */
let known: Permission | null = null;

export function permission(): Permission {
  watch();
  return known ?? read();
}

/** Ask, at a person's click. */
export async function askPermission(): Promise<Permission> {
  if (permission() === "default") await Notification.requestPermission();
  changed();
  return permission();
}

/** Changes when the person changes it in the browser's settings. */
export function usePermission(): Permission {
  return useSyncExternalStore(follow, permission);
}

function follow(told: () => void): () => void {
  waiting.add(told);
  return () => waiting.delete(told);
}

function read(): Permission {
  const able = "Notification" in globalThis && "serviceWorker" in navigator;
  return able ? Notification.permission : "unsupported";
}

function watch(): void {
  if (watched || !("permissions" in navigator)) return;
  watched = true;
  void navigator.permissions.query({ name: "notifications" }).then(
    (status) => {
      known = read();
      status.addEventListener("change", changed);
    },
    () => undefined, // not every browser tells
  );
}

function changed(): void {
  if (known) known = read();
  for (const each of waiting) each();
}
