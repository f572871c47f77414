/**
 * The page without a network: its files are kept, and a new version of them takes over without
 * taking anything away from pages that still run the old one.
 */
import { BUILD } from "./build";
import { worker } from "./worker";

const PAGE = "/";
const SHELL = `shell-${BUILD.revision}`;
/** Files whose names change with their content, of this build and of those still running. */
const ASSETS = "assets";
/** Pages hold a lock of this name, followed by their entry script, while they live. */
const RUNNING = "running ";
/** The server's own addresses; all others are the client's, as there is a page for the lost. */
const SERVERS = /^\/(?:api|ws|docs|metrics|healthz|readyz|page\.css)(?:\/|$)/;

/** Fetch everything before this version is offered. */
export async function install(): Promise<void> {
  const shell = await caches.open(SHELL);
  await shell.addAll([PAGE, ...BUILD.shell].map((path) => new Request(path, { cache: "reload" })));
  const page = await shell.match(PAGE);
  // The server may have been updated a moment ago: the next look finds what belongs together.
  if (!(await page!.text()).includes(BUILD.entry)) throw new Error("the page is of another build");
  const assets = await caches.open(ASSETS);
  const there = new Set((await assets.keys()).map((request) => new URL(request.url).pathname));
  await assets.addAll(BUILD.needed.filter((path) => !there.has(path)));
}

/** Take over: pages opened from now on are of this build. */
export async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  }
  await worker.clients.claim();
}

/** Forget the files of earlier builds, unless a page of one may still ask for them. */
export async function prune(): Promise<void> {
  const { held = [] } = await navigator.locks.query();
  const running = held.filter((lock) => lock.name?.startsWith(RUNNING));
  if (running.some((lock) => lock.name !== RUNNING + BUILD.entry)) return;
  const assets = await caches.open(ASSETS);
  for (const request of await assets.keys()) {
    if (!BUILD.assets.includes(new URL(request.url).pathname)) await assets.delete(request);
  }
}

/** Whether this is an address of the client, and not of the server itself. */
export function isPage({ pathname }: URL): boolean {
  return !SERVERS.test(pathname);
}

/** The answer to a request of a page; undefined leaves it to the browser. */
export function answer(request: Request): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return undefined;
  if (request.mode === "navigate") {
    return isPage(url) ? kept(SHELL, PAGE, request) : undefined;
  }
  if (url.pathname.startsWith("/assets/")) return asset(request);
  if (BUILD.shell.includes(url.pathname)) return kept(SHELL, url.pathname, request);
  return undefined;
}

async function kept(cache: string, path: string, request: Request): Promise<Response> {
  return (await (await caches.open(cache)).match(path)) ?? fetch(request);
}

/** From the cache; what was not wanted at the start is kept once it has been asked for. */
async function asset(request: Request): Promise<Response> {
  const assets = await caches.open(ASSETS);
  const found = await assets.match(request.url);
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok) await assets.put(request.url, fresh.clone());
  return fresh;
}
