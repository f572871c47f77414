/** A store for where nothing may be kept (a private window, a full disk): it lasts as the tab. */
import type { ChatEvent, Id, Seq } from "@/wire/types";
import { blanked } from "../chats/kept";
import { emptySaved, type Batch, type Saved, type Store } from "./store";

// Of one chat. What is let go is asked of the server again.
const KEEP = 2_000;

export class MemoryStore implements Store {
  readonly durable = false;
  private readonly logs = new Map<Id, Map<Seq, ChatEvent>>();
  private readonly start: Saved;

  constructor(start: Saved | Id) {
    this.start = typeof start === "string" ? emptySaved(start) : start;
  }

  load(): Promise<Saved> {
    return Promise.resolve(this.start);
  }

  claim(): Promise<number> {
    return Promise.resolve(0);
  }

  write(batch: Batch): Promise<void> {
    if (batch.forget) this.logs.clear();
    for (const event of batch.events) {
      const log = this.logs.get(event.chat) ?? new Map<Seq, ChatEvent>();
      log.set(event.seq, event);
      if (log.size > KEEP) log.delete(log.keys().next().value!);
      this.logs.set(event.chat, log);
    }
    for (const [chat, seq] of batch.blanked) {
      const event = this.logs.get(chat)?.get(seq);
      if (event) this.logs.get(chat)!.set(seq, blanked(event));
    }
    return Promise.resolve();
  }

  events(chat: Id, first: Seq, last: Seq): Promise<readonly ChatEvent[]> {
    const found = [...(this.logs.get(chat)?.values() ?? [])].filter(
      (event) => event.seq >= first && event.seq <= last,
    );
    return Promise.resolve(found.sort((a, b) => a.seq - b.seq));
  }

  queue(): Promise<void> {
    return Promise.resolve();
  }

  keep(): Promise<void> {
    return Promise.resolve();
  }

  /** Who leads was given what there is. */
  file(): Promise<null> {
    return Promise.resolve(null);
  }

  drop(): Promise<void> {
    return Promise.resolve();
  }

  draft(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.logs.clear();
  }
}
