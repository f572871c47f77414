/** What all tabs of the device look at, as one. */
import { LIMITS, type Id, type WatchCommand } from "@/wire/types";
import type { Look } from "./lead";

export class Looks {
  private readonly tabs = new Map<string, Look>();

  set(tab: string, look: Look | null): void {
    if (look) this.tabs.set(tab, look);
    else this.tabs.delete(tab);
  }

  get foreground(): boolean {
    return [...this.tabs.values()].some((look) => look.foreground);
  }

  /** The tab in front, or the last one that was, chooses the chat and comes first. */
  get watch(): WatchCommand {
    const looks = [...this.tabs.values()].sort(
      (a, b) => Number(b.foreground) - Number(a.foreground) || b.since - a.since,
    );
    const open = looks.find((look) => look.open !== null)?.open ?? null;
    const users = new Set<Id>();
    for (const look of looks) for (const user of look.users) users.add(user);
    const watched = [...users].slice(0, LIMITS.WATCHED_USERS);
    return open === null
      ? { type: "watch", users: watched }
      : { type: "watch", chat: open, users: watched };
  }
}
