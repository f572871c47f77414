/** Which voice messages were listened to on this device: kept with the account's other things. */
import type { Id } from "@/wire/types";
import { markPlayed, readPlayed } from "../store/played";

export class Played {
  private user: Id = "";
  private ids: ReadonlySet<string> = new Set();

  constructor(private readonly changed: (ids: ReadonlySet<string>) => void) {}

  /** Of this account, from here on. */
  async open(user: Id): Promise<void> {
    if (user === this.user) return;
    this.user = user;
    this.put(new Set());
    const found = user === "" ? [] : await readPlayed(user);
    if (this.user === user) this.put(new Set([...found, ...this.ids]));
  }

  add(id: string): void {
    if (this.ids.has(id)) return;
    this.put(new Set([...this.ids, id]));
    if (this.user !== "") void markPlayed(this.user, id);
  }

  private put(ids: ReadonlySet<string>): void {
    this.ids = ids;
    this.changed(ids);
  }
}
