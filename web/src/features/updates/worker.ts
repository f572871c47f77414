/** The page's side of the service worker: register it, and learn of new versions. */

const SCRIPT = "/sw.js";
const LOOK_EVERY = 60 * 60_000; // ms
const RELOADED = "reloaded-at";
const RELOAD_PAUSE = 60_000; // ms

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** Trusted Types: the address of the one script that this gate lets through. */
function script(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const gate = trustedTypes?.createPolicy("chinwag-worker", {
    createScriptURL: (url) => {
      if (url !== SCRIPT) throw new TypeError("not ours");
      return url;
    },
  });
  return gate?.createScriptURL(SCRIPT) ?? SCRIPT;
}

let known: ServiceWorkerRegistration | null = null;
let address: string | null = null;

/**
 * Register, and call `ready` with a function that brings the new version whenever there is one that
 * waits. Does nothing where there are no service workers, as on plain HTTP. To be called again when
 * somebody signs in: signing out takes the worker away, with all else that is kept here; and when
 * the server is back: without it the worker does not come to be. What is there is left as it is.
 */
export async function follow(ready: (update: () => void) => void): Promise<void> {
  // `npm run dev` has none: it would keep what is being worked on.
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return;
  address ??= script();
  const registration = await navigator.serviceWorker.register(address, { updateViaCache: "none" });
  if (registration === known) return;
  known = registration;
  const offer = () => {
    const { waiting } = registration;
    // Without a controller it is the first ever, and not an update.
    if (waiting && navigator.serviceWorker.controller) ready(() => update(waiting));
  };
  offer();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed") offer();
    });
  });
  (await navigator.serviceWorker.ready).active?.postMessage("started");
}

/** As long as this page lives, the worker keeps the files of its build: see `src/sw/shell.ts`. */
export function holdBuild(): void {
  const entry = document.querySelector<HTMLScriptElement>("script[type=module]")?.src;
  if (!entry || !("locks" in navigator)) return;
  const name = `running ${new URL(entry).pathname}`;
  void navigator.locks.request(name, { mode: "shared" }, () => new Promise(() => undefined));
}

/** Let the waiting worker take over, then start this page anew with it. Others stay as they are. */
function update(waiting: ServiceWorker): void {
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), {
    once: true,
  });
  waiting.postMessage("take over");
}

/** Look for a new version every hour in which somebody is here. */
export function lookNowAndThen(): void {
  let last = Date.now();
  const look = () => {
    if (!known || document.hidden || Date.now() - last < LOOK_EVERY) return;
    last = Date.now();
    known.update().catch(() => undefined); // without a network, or on a busy server
  };
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_EVERY);
}

/**
 * A part of the page that is loaded when needed may be gone from the server after an update, and
 * not be kept here: then only a fresh start helps. What was written is kept; once a minute at most.
 */
export function reloadWhenOutdated(): void {
  addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (!navigator.onLine || Date.now() - last < RELOAD_PAUSE) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  });
}
