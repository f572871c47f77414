/**
 * What the person has on screen. It counts as read only while the window is in front; what was on
 * screen meanwhile counts when it comes to the front.
 */
import type { Id, Seq } from "@/wire/types";
import type { Lead } from "../engine/lead";
import type { State } from "../model";

export interface ReadingDuties {
  state(): State;
  lead(): Lead;
  foreground(): boolean;
}

export class Reading {
  private shown: { chat: Id; seq: Seq } | null = null;
  /** What the leading tab was told, and has not shown in the state yet. */
  private readonly told = new Map<Id, { seq: Seq; count: number }>();

  constructor(private readonly duties: ReadingDuties) {}

  seen(chat: Id, seq: Seq): void {
    if (this.shown?.chat !== chat || seq > this.shown.seq) this.shown = { chat, seq };
    if (this.duties.foreground()) this.tell();
  }

  /** The window came to the front. */
  returned(): void {
    if (this.shown && this.shown.chat === this.duties.state().open) this.tell();
  }

  /** Another chat is shown, or none. */
  opened(id: Id | null): void {
    if (this.shown?.chat !== id) this.shown = null;
    const chat = id === null ? undefined : this.duties.state().chats.get(id);
    if (!chat?.mine.unread || !this.duties.foreground()) return;
    const command = { type: "arrange", chat: chat.id, unread: false } as const;
    void this.duties
      .lead()
      .ask(command)
      .catch(() => undefined);
  }

  /** Another tab leads: it may not have heard. */
  again(): void {
    for (const [chat, { seq, count }] of this.told) {
      const read = this.duties.state().chats.get(chat)?.mine.read ?? 0;
      if (read >= seq) this.told.delete(chat);
      else this.duties.lead().seen(chat, seq, count);
    }
  }

  private tell(): void {
    if (!this.shown) return;
    const { chat, seq } = this.shown;
    const { chats, views } = this.duties.state();
    const known = chats.get(chat);
    if (!known || seq <= (known.mine.read ?? 0) || seq <= (this.told.get(chat)?.seq ?? 0)) return;
    const count = views.get(chat)?.events.findLast((event) => event.seq <= seq)?.count ?? 0;
    this.told.set(chat, { seq, count });
    this.duties.lead().seen(chat, seq, count);
  }
}
