/** Who is signed in in this browser. The cookie knows, and no page can read it: this is its note. */
import type { Session } from "@/net/http";

const KEY = "chinwag.session";

export function remembered(): Session | null {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Session> | null;
    return saved?.user && saved.device ? { user: saved.user, device: saved.device } : null;
  } catch {
    return null;
  }
}

export function remember(session: Session | null): void {
  try {
    if (session) localStorage.setItem(KEY, JSON.stringify(session));
    else localStorage.removeItem(KEY);
  } catch {
    // The server is asked at each start.
  }
}

/** Whether this browser lets us note anything. */
export function canRemember(): boolean {
  try {
    localStorage.setItem(`${KEY}.probe`, "");
    localStorage.removeItem(`${KEY}.probe`);
    return true;
  } catch {
    return false;
  }
}

/** Call `changed` when another tab signs in or out. */
export function onSession(changed: (session: Session | null) => void): void {
  addEventListener("storage", ({ key }) => {
    if (key === KEY || key === null) changed(remembered());
  });
}
