/**
 * A durable store that may fail (a full disk, data cleared by the browser): from then on what comes
 * lasts as long as the tab, and what was kept before can still be read.
 */
import type { ChatEvent, Id, Seq } from "@/wire/types";
import type { Draft, Pending } from "../model";
import { blanked } from "../chats/kept";
import { MemoryStore } from "./memory";
import { Fenced, type Batch, type Saved, type Store } from "./store";

export class GuardedStore implements Store {
  private memory: MemoryStore | null = null;
  /** Deleted since it failed: what was kept before has them still. */
  private readonly blanked: (readonly [Id, Seq])[] = [];

  constructor(private readonly kept: Store) {}

  get durable(): boolean {
    return this.memory === null;
  }

  load(): Promise<Saved> {
    return this.kept.load();
  }

  async claim(): Promise<number> {
    try {
      return await this.kept.claim();
    } catch {
      this.fall();
      return 0;
    }
  }

  async write(batch: Batch): Promise<void> {
    try {
      if (!this.memory) {
        await this.kept.write(batch);
        return;
      }
    } catch (error) {
      if (error instanceof Fenced) throw error;
    }
    this.blanked.push(...batch.blanked);
    await this.fall().write(batch);
  }

  async events(chat: Id, first: Seq, last: Seq): Promise<readonly ChatEvent[]> {
    const kept = await this.kept.events(chat, first, last).catch(() => []);
    if (!this.memory) return kept;
    const all = new Map(kept.map((event) => [event.seq, event]));
    for (const event of await this.memory.events(chat, first, last)) all.set(event.seq, event);
    for (const [id, seq] of this.blanked) {
      const event = id === chat && all.get(seq);
      if (event) all.set(seq, blanked(event));
    }
    return [...all.values()].sort((a, b) => a.seq - b.seq);
  }

  queue(entry: Pending): Promise<void> {
    return this.kept.queue(entry);
  }

  keep(clientId: string, file: Blob): Promise<void> {
    return this.kept.keep(clientId, file);
  }

  drop(clientId: string): Promise<void> {
    return this.kept.drop(clientId);
  }

  file(clientId: string): Promise<Blob | null> {
    return this.kept.file(clientId).catch(() => null);
  }

  draft(chat: Id, draft: Draft | null): Promise<void> {
    return this.kept.draft(chat, draft);
  }

  close(): void {
    this.kept.close();
    this.memory?.close();
  }

  private fall(): MemoryStore {
    this.memory ??= new MemoryStore("");
    return this.memory;
  }
}
