/** Whether a person looks at this tab, and what the browser says of the page and the network. */

export interface AttentionDuties {
  /** The tab came to the front, or left it. */
  front(foreground: boolean): void;
  /** The network may be back, or the page was restored: see to the connection. */
  stir(): void;
  /** The page goes away: to its end, or into a cache from which it may come back. */
  leave(): void;
  /** It came back from there. */
  comeBack(): void;
}

/** Visible alone is not enough: the window must have the focus. */
export function inFront(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function watchAttention(duties: AttentionDuties): void {
  let before = inFront();
  const look = () => {
    const now = inFront();
    if (now === before) return;
    before = now;
    duties.front(now);
  };
  for (const name of ["focus", "blur", "pageshow"]) addEventListener(name, look);
  document.addEventListener("visibilitychange", () => {
    look();
    if (document.visibilityState === "visible") duties.stir();
  });
  addEventListener("online", () => duties.stir());
  addEventListener("offline", () => duties.stir());
  addEventListener("pagehide", () => duties.leave());
  document.addEventListener("freeze", () => duties.leave());
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) duties.comeBack();
  });
  document.addEventListener("resume", () => duties.comeBack());
}
