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

  /** The chat that is looked at: that of the tab in front, or of the last one that was. */
  get open(): Id | null {
    return this.byAttention.find((look) => look.open !== null)?.open ?? null;
  }

  get watch(): WatchCommand {
    const { open } = this;
    const users = new Set<Id>();
    for (const look of this.byAttention) for (const user of look.users) users.add(user);
    const watched = [...users].slice(0, LIMITS.WATCHED_USERS);
    return open === null
      ? { type: "watch", users: watched }
      : { type: "watch", chat: open, users: watched };
  }

  private get byAttention(): Look[] {
    return [...this.tabs.values()].sort(
      (a, b) => Number(b.foreground) - Number(a.foreground) || b.since - a.since,
    );
  }
}
