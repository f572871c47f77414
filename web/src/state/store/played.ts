/**
 * Voice messages that were listened to, in the account's database: it goes with the account. What
 * cannot be kept, as in a private window, is forgotten with the tab.
 */
import type { Id } from "@/wire/types";
import { openDatabase } from "./database";

export async function readPlayed(user: Id): Promise<readonly string[]> {
  try {
    const db = await openDatabase(user);
    const ids = await db.getAllKeys("played");
    db.close();
    return ids;
  } catch {
    return [];
  }
}

export async function markPlayed(user: Id, id: string): Promise<void> {
  try {
    const db = await openDatabase(user);
    await db.put("played", Date.now(), id);
    db.close();
  } catch {
    // Nothing can be kept here.
  }
}
