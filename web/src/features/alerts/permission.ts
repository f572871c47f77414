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

export function permission(): Permission {
  const able = "Notification" in globalThis && "serviceWorker" in navigator;
  return able ? Notification.permission : "unsupported";
}

/** Ask, at a person's click. */
export async function askPermission(): Promise<Permission> {
  if (permission() === "default") await Notification.requestPermission();
  for (const each of waiting) each();
  return permission();
}

/** Changes when the person changes it in the browser's settings. */
export function usePermission(): Permission {
  return useSyncExternalStore(follow, permission);
}

function follow(changed: () => void): () => void {
  waiting.add(changed);
  if (!watched && "permissions" in navigator) {
    watched = true;
    void navigator.permissions.query({ name: "notifications" }).then(
      (status) => status.addEventListener("change", () => waiting.forEach((each) => each())),
      () => undefined, // not every browser tells
    );
  }
  return () => waiting.delete(changed);
}
