/**
 * All chats and people of the account, made of what the server tells, in the leading tab. No input
 * or output: what changed and what is needed collects here until the engine takes it.
 */
import type {
  Accepted,
  Account,
  ChatEvent,
  Head,
  Id,
  Message,
  Mine,
  Page,
  Push,
  Seq,
  SeqOrZero,
  User,
} from "@/wire/types";
import {
  begun,
  missing,
  withEvents,
  withBlank,
  withFailure,
  withHead,
  withMine,
  withPage,
  withRead,
  withTicks,
  type Kept,
  type Merged,
} from "../chats/kept";
import { closed, enters, people, type Closed } from "../chats/membership";
import type { Saved } from "../store/store";

// Events held for a chat whose head has not come yet.
const ORPHANS = 256;

/** What must be asked of the server. */
export interface Needs {
  readonly chats: Set<Id>;
  readonly users: Set<Id>;
  /** Chats with holes between what is stored and the newest event. */
  readonly ranges: Set<Id>;
  /** Chats whose newest events have nothing for the list. */
  readonly previews: Set<Id>;
}

/** What changed since it was last taken. */
export interface Changes {
  readonly chats: Set<Id>;
  readonly users: Set<Id>;
  readonly events: ChatEvent[];
  /** Messages that were deleted for everyone: what is held of them becomes blank. */
  readonly blanked: (readonly [Id, Seq])[];
  account: boolean;
  /** All that was known of chats before is void. */
  forget: boolean;
}

export interface ReplicaDuties {
  /** There is something to take. */
  changed(): void;
  /** An own message is in the log. */
  found(event: ChatEvent): void;
  /** One may not send there any more. */
  closed(chat: Id, why: Closed): void;
}

export class Replica {
  readonly me: Id;
  readonly chats = new Map<Id, Kept>();
  readonly users = new Map<Id, User>();
  account: Account | null;
  /** Token for the next sync; null: this device has never caught up. */
  since: string | null;
  readonly needs: Needs = {
    chats: new Set(),
    users: new Set(),
    ranges: new Set(),
    previews: new Set(),
  };
  private changes = nothing();
  private readonly orphans = new Map<Id, { event: ChatEvent; readCount: number }[]>();

  constructor(
    { meta, chats, users }: Pick<Saved, "meta" | "chats" | "users">,
    private readonly duties: ReplicaDuties,
  ) {
    this.me = meta.user;
    this.account = meta.account;
    this.since = meta.since;
    for (const chat of chats) this.chats.set(chat.id, chat);
    for (const user of users) this.users.set(user.id, user);
  }

  /** All changes so far; from here on they collect anew. */
  take(): Changes {
    const taken = this.changes;
    this.changes = nothing();
    return taken;
  }

  apply(push: Push): void {
    switch (push.type) {
      case "event":
        this.event(push.event, push.read_count ?? 0);
        break;
      case "heads":
        for (const head of push.heads) this.head(head);
        break;
      case "mine":
        this.mine(push.mine);
        break;
      case "ticks":
        this.within(push.ticks.chat, (chat) => withTicks(chat, push.ticks));
        break;
      case "failed":
        this.within(push.failure.chat, (chat) => withFailure(chat, push.failure));
        break;
      case "requests":
        this.waiting(push.chat, push.waiting);
        break;
      case "profile":
        this.people([push.user]);
        break;
      case "account":
        this.oneself(push.account);
        break;
      default:
    }
  }

  /** A chat as it stands. */
  head(head: Head): void {
    this.people(head.users ?? []);
    const known = this.chats.get(head.chat);
    const merged = known
      ? withHead(known, head, this.me)
      : begun(head, this.me, this.firstStored(head));
    // A head is what an unclear event asks for.
    this.keep({ ...merged, unclear: false });
    if (!merged.chat.preview && merged.chat.last) this.needs.previews.add(head.chat);
    const orphans = this.orphans.get(head.chat) ?? [];
    this.orphans.delete(head.chat);
    for (const orphan of orphans) this.event(orphan.event, orphan.readCount);
  }

  /** The answer to a `history` that speaks for all of [first, last]. */
  page(page: Page, first: Seq, last: Seq): void {
    const chat = this.chats.get(page.chat);
    if (chat) this.keep(withPage(chat, page, first, last, this.me));
  }

  mine(mine: Mine): void {
    this.within(mine.chat, (chat) => withMine(chat, mine));
  }

  read(id: Id, seq: Seq, count: number): void {
    const chat = this.chats.get(id);
    if (chat) this.put(withRead(chat, seq, count));
  }

  waiting(id: Id, waiting: number): void {
    const chat = this.chats.get(id);
    if (chat && chat.waiting !== waiting) this.put({ ...chat, waiting });
  }

  people(users: readonly User[]): void {
    for (const user of users) {
      if (same(this.users.get(user.id), user)) continue;
      this.users.set(user.id, user);
      this.changes.users.add(user.id);
      this.duties.changed();
    }
  }

  oneself(account: Account): void {
    this.people([account.user]);
    const open = [...this.chats.values()].filter((chat) => this.judge(chat) === null);
    this.account = account;
    for (const chat of open) {
      const why = this.judge(chat);
      if (why !== null) this.duties.closed(chat.id, why);
    }
    this.changes.account = true;
    this.duties.changed();
    if (account.privacy.receipts === false) this.blind();
  }

  /** An own message is in the log: the answer stands for the push, which does not come. */
  accept(accepted: Accepted, body: Message, clientId: string): void {
    const { chat, seq, at, count } = accepted;
    const event = { chat, seq, at, sender: this.me, count, body, client_id: clientId };
    this.event(event, accepted.read_count);
  }

  /** Why nothing of one's own is taken there; null: it is, or the chat is not known. */
  closed(id: Id): Closed | null {
    const chat = this.chats.get(id);
    return chat ? this.judge(chat) : null;
  }

  /** The server lives another life: forget its chats. */
  reset(): void {
    this.chats.clear();
    this.orphans.clear();
    this.since = null;
    for (const need of Object.values(this.needs) as Set<Id>[]) need.clear();
    this.changes.chats.clear();
    this.changes.events.length = 0;
    this.changes.blanked.length = 0;
    this.changes.forget = true;
    this.duties.changed();
  }

  /** The chat was asked for; what its head did not make visible is not for us. */
  forgetOrphans(id: Id): void {
    this.orphans.delete(id);
    this.needs.chats.delete(id);
  }

  /** Note all holes there are: after a restart nobody tells of them. */
  findHoles(): void {
    for (const chat of this.chats.values()) if (missing(chat)) this.needs.ranges.add(chat.id);
  }

  // --- inside ------------------------------------------------------------------------------------

  private event(event: ChatEvent, readCount: number): void {
    const chat = this.chats.get(event.chat);
    if (!chat) {
      this.orphan(event, readCount);
      return;
    }
    const merged = withEvents(chat, [event], this.me);
    if (merged.unclear && !merged.fresh.length) this.orphan(event, readCount);
    const mine = { chat: chat.id, version: 0, stays: [], read_count: readCount };
    this.keep(readCount ? { ...merged, chat: withMine(merged.chat, mine) } : merged);
    // A repeat may be the news that an own message did arrive.
    if (!merged.fresh.length) this.note(event);
  }

  private keep({ chat, fresh, unclear }: Merged): void {
    const gone = fresh.flatMap(({ body }) => (body.kind === "deleted" ? [body.seq] : []));
    this.put(gone.reduce(withBlank, chat));
    this.changes.events.push(...fresh);
    for (const seq of gone) this.changes.blanked.push([chat.id, seq]);
    if (unclear) this.needs.chats.add(chat.id);
    if (missing(chat)) this.needs.ranges.add(chat.id);
    for (const event of fresh) {
      this.note(event);
      for (const user of people(event)) if (!this.users.has(user)) this.needs.users.add(user);
    }
  }

  private note(event: ChatEvent): void {
    if (event.client_id !== undefined && event.sender === this.me) this.duties.found(event);
  }

  private put(chat: Kept): void {
    const before = this.chats.get(chat.id);
    if (before === chat) return;
    this.chats.set(chat.id, chat);
    const why = this.judge(chat);
    if (before && why !== null && this.judge(before) === null) this.duties.closed(chat.id, why);
    this.changes.chats.add(chat.id);
    this.duties.changed();
  }

  private judge(chat: Kept): Closed | null {
    return closed(chat, this.account?.blocked);
  }

  private within(id: Id, change: (chat: Kept) => Kept): void {
    const chat = this.chats.get(id);
    if (chat) this.put(change(chat));
    else {
      this.needs.chats.add(id);
      this.duties.changed();
    }
  }

  private orphan(event: ChatEvent, readCount: number): void {
    const held = this.orphans.get(event.chat) ?? [];
    if (held.length < ORPHANS) held.push({ event, readCount });
    this.orphans.set(event.chat, held);
    this.needs.chats.add(event.chat);
    this.duties.changed();
  }

  /**
   * Where a chat new to this device begins for it. On the very first sync: after what the person
   * has read, on any device. Later: with the stay.
   */
  private firstStored(head: Head): SeqOrZero {
    const { stays, read = 0 } = head.mine;
    const stay = stays[stays.length - 1];
    const begin = stay ? stay[0] - 1 : head.last;
    if (this.since === null) return Math.max(begin, Math.min(read, head.last));
    const entry = (head.events ?? []).findLast((event) => enters(event, this.me));
    if (entry) return entry.seq - 1;
    return head.group?.history === "all" ? Math.max(begin, read) : begin;
  }

  /** Who gives no read receipts sees none; groups are exempt. */
  private blind(): void {
    for (const chat of this.chats.values()) {
      if (chat.kind === "direct" && chat.ticks.read) {
        this.put({ ...chat, ticks: { ...chat.ticks, read: 0 } });
      }
    }
  }
}

function nothing(): Changes {
  return {
    chats: new Set(),
    users: new Set(),
    events: [],
    blanked: [],
    account: false,
    forget: false,
  };
}

function same(a: User | undefined, b: User): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
