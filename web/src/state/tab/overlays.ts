/**
 * Changes of the chat list that are shown before the server has agreed: laid over what it said,
 * and lifted when it has answered, one way or the other.
 */
import type { Id, Mine } from "@/wire/types";
import type { Chat, State } from "../model";

export interface Arrangement {
  readonly muted_until?: number;
  readonly pinned?: boolean;
  readonly archived?: boolean;
  readonly unread?: boolean;
}

export class Overlays {
  private readonly wishes: { readonly chat: Id; readonly mine: Partial<Mine> }[] = [];
  /** The chats as the server knows them, of those that wishes are laid over. */
  private readonly covered = new Map<Id, { bare: Chat; laid: Chat }>();

  /** Lay one over; gives the way to lift it. */
  lay(chat: Id, { pinned, ...rest }: Arrangement): () => void {
    const pin = pinned === undefined ? {} : { pinned_at: pinned ? Date.now() : 0 };
    const wish = { chat, mine: { ...rest, ...pin } };
    this.wishes.push(wish);
    return () => {
      const place = this.wishes.indexOf(wish);
      if (place >= 0) this.wishes.splice(place, 1);
    };
  }

  /** Another account: nothing of this one is wished any more. */
  clear(): void {
    this.wishes.length = 0;
    this.covered.clear();
  }

  /** `state` without any. */
  bare(state: State): State {
    if (!this.covered.size) return state;
    const chats = new Map(state.chats);
    for (const [id, { bare, laid }] of this.covered)
      if (chats.get(id) === laid) chats.set(id, bare);
    this.covered.clear();
    return { ...state, chats };
  }

  /** `state` with all of them. */
  laid(state: State): State {
    if (!this.wishes.length) return state;
    const chats = new Map(state.chats);
    for (const { chat: id, mine } of this.wishes) {
      const chat = chats.get(id);
      if (!chat) continue;
      const laid = { ...chat, mine: { ...chat.mine, ...mine } };
      this.covered.set(id, { bare: this.covered.get(id)?.bare ?? chat, laid });
      chats.set(id, laid);
    }
    return { ...state, chats };
  }
}
