/** Web Push: alerts while no page of ours is open. The server does it, the browser's maker carries it. */
import { create } from "zustand";
import { client, type Preferences } from "@/state";
import type { SubscribePushCommand } from "@/wire/types";
import { worker } from "./shown";

export type Reach =
  /** Alerts are not wanted, or not known yet. */
  | "off"
  /** Also while everything is closed. */
  | "always"
  /** While a tab is open: the server, the browser or its maker's service cannot do more. */
  | "open";

const useReachStore = create<{ reach: Reach }>(() => ({ reach: "off" }));

/** How far alerts reach, for the settings. */
export function useReach(): Reach {
  return useReachStore((state) => state.reach);
}

// Apple takes a subscription away from pages whose pushes show nothing.
const SHOWS_ALWAYS = /(?:^|\.)push\.apple\.com$/;

/** Subscribe and tell the server; done again with each start, as either side may have forgotten. */
export async function subscribe(key: string, { previews }: Preferences): Promise<void> {
  try {
    const command = key ? await subscribed(key, previews) : null;
    if (command) await client.ask(command);
    useReachStore.setState({ reach: command ? "always" : "open" });
  } catch {
    // No push service in reach, or not in this browser; or the server refused. With the next start.
    useReachStore.setState({ reach: "open" });
  }
}

export async function unsubscribe(): Promise<void> {
  useReachStore.setState({ reach: "off" });
  const there = await (await manager())?.getSubscription();
  if (!there) return;
  await there.unsubscribe();
  await client.ask({ type: "unsubscribe_push" }).catch(() => undefined); // it notices by itself
}

async function subscribed(key: string, previews: boolean): Promise<SubscribePushCommand | null> {
  const push = await manager();
  if (!push) return null;
  const wanted = bytes(key);
  let there = await push.getSubscription();
  if (there && !same(there.options.applicationServerKey, wanted)) {
    await there.unsubscribe(); // of a server that was here before
    there = null;
  }
  there ??= await push.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
  const { endpoint, keys } = there.toJSON();
  if (!endpoint || !keys?.["p256dh"] || !keys["auth"]) return null;
  return {
    type: "subscribe_push",
    endpoint,
    p256dh: keys["p256dh"],
    auth: keys["auth"],
    previews,
    closing: !SHOWS_ALWAYS.test(new URL(endpoint).hostname),
  };
}

async function manager(): Promise<PushManager | undefined> {
  if (!("PushManager" in globalThis)) return undefined;
  return (await worker()).pushManager;
}

/** Of base64url without padding. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function same(a: ArrayBuffer | null, b: Uint8Array): boolean {
  const left = new Uint8Array(a ?? new ArrayBuffer(0));
  return left.length === b.length && left.every((byte, i) => byte === b[i]);
}
