/**
 * A chat as a server knows it, for one reader: what happens in it, and what is told of it. From it
 * tests take the pushes of a session, heads as they were at any time, and pages.
 */
import type {
  Body,
  ChatEvent,
  Failure,
  GroupInfo,
  Head,
  HistoryCommand,
  Mine,
  Page,
  Push,
  Ticks,
} from "@/wire/types";
import { COUNTED } from "@/wire/types";

export const ME = "me";
export const CHAT = "chat";

export class World {
  readonly log: ChatEvent[] = [];
  /** Everything that was pushed to the reader's device, in order. */
  readonly told: Push[] = [];
  /** Looks at the chat at various times. */
  readonly looks: Head[] = [];
  private group: GroupInfo = { title: "Tea", members: 3 };
  private mine: Mine = { chat: CHAT, version: 1, stays: [[1, 0]], role: "member" };
  private ticks: Ticks = { chat: CHAT };
  private readonly failures: Failure[] = [];

  constructor() {
    this.happens({ kind: "created", chat_kind: "group", members: [ME, "ann", "bob"] }, "ann");
  }

  get last(): number {
    return this.visible[this.visible.length - 1]?.seq ?? 0;
  }

  get present(): boolean {
    return this.mine.stays[this.mine.stays.length - 1]![1] === 0;
  }

  say(sender: string, text = "hello", clientId?: string): ChatEvent {
    const writer = sender === ME && !this.present ? "ann" : sender;
    return this.happens({ kind: "message", text }, writer, clientId);
  }

  hide(): void {
    this.happens({ kind: "void" }, "");
  }

  rename(title: string): void {
    this.group = { ...this.group, title };
    this.happens({ kind: "changed", title }, "ann");
  }

  restrict(send: "everyone" | "admins"): void {
    this.group = { ...this.group, send };
    this.happens({ kind: "changed", settings: { send } }, "ann");
  }

  addOther(user: string): void {
    this.group = { ...this.group, members: this.group.members! + 1 };
    this.happens({ kind: "added", users: [user] }, "ann");
  }

  otherLeaves(): void {
    this.group = { ...this.group, members: this.group.members! - 1 };
    this.happens({ kind: "left" }, "bob");
  }

  giveRole(role: "admin" | "member"): void {
    if (this.present) this.mine = { ...this.mine, role };
    this.happens({ kind: "role", user: ME, role }, "ann");
  }

  /** The reader is removed: sees this last event, and nothing more. */
  remove(): void {
    if (!this.present) return;
    const event = this.happens({ kind: "removed", user: ME }, "ann");
    this.group = { ...this.group, members: this.group.members! - 1 };
    this.mine = {
      ...this.mine,
      role: "member",
      stays: [
        ...this.mine.stays.slice(0, -1),
        [this.mine.stays[this.mine.stays.length - 1]![0], event.seq + 1],
      ],
    };
  }

  /** The reader is back: sees what comes from here on. */
  addBack(): void {
    if (this.present) return;
    this.group = { ...this.group, members: this.group.members! + 1 };
    this.mine = { ...this.mine, stays: [...this.mine.stays, [this.log.length + 1, 0]] };
    this.happens({ kind: "added", users: [ME] }, "ann");
  }

  /** Read on another device. */
  read(share: number): void {
    const seen = this.visible.slice(0, Math.ceil(this.visible.length * share));
    const newest = seen[seen.length - 1];
    if (!newest || newest.seq <= (this.mine.read ?? 0)) return;
    const readCount = Math.max(newest.count, this.mine.read_count ?? 0);
    this.arrange({ read: newest.seq, read_count: readCount });
  }

  arrange(change: Partial<Mine>): void {
    this.mine = { ...this.mine, ...change, version: this.mine.version + 1 };
    // Role and stays are not told this way: a device goes by the log.
    this.told.push({ type: "mine", mine: this.mine });
  }

  deliver(share: number, read: boolean): void {
    const seq = Math.floor(this.last * share);
    const delivered = Math.max(seq, this.ticks.delivered ?? 0);
    this.ticks = {
      chat: CHAT,
      delivered,
      read: read ? Math.max(seq, this.ticks.read ?? 0) : (this.ticks.read ?? 0),
      withheld: this.ticks.withheld ?? [],
    };
    this.told.push({ type: "ticks", ticks: this.ticks });
  }

  fail(user: string, at: number): void {
    const first = (this.ticks.delivered ?? 0) + 1;
    if (first > this.last) return;
    const failure: Failure = {
      chat: CHAT,
      user,
      first,
      last: this.last,
      reason: "unreachable",
      attempts: 5,
      at,
    };
    this.failures.push(failure);
    this.told.push({ type: "failed", failure });
  }

  endFailure(at: number): void {
    const failure = this.failures[this.failures.length - 1];
    if (!failure || failure.ended) return;
    const ended = { ...failure, at: failure.at + at, ended: true };
    this.failures.push(ended);
    this.told.push({ type: "failed", failure: ended });
  }

  /** The chat as it stands, with its newest events. */
  head(inline = 3): Head {
    const events = this.visible.slice(-inline);
    const newest = events[events.length - 1];
    return {
      chat: CHAT,
      kind: "group",
      last: newest?.seq ?? 0,
      count: newest?.count ?? 0,
      mine: this.mine,
      ticks: this.ticks,
      group: this.group,
      events,
      failures: this.failures.filter((it) => it.last > (this.ticks.delivered ?? 0)),
    };
  }

  look(inline: number): void {
    this.looks.push(this.head(inline));
  }

  page({ before, after, around, limit = 50 }: HistoryCommand): Page {
    const all = this.visible;
    let events = all.slice(-limit);
    if (after !== undefined) events = all.filter((it) => it.seq > after).slice(0, limit);
    else if (before !== undefined) events = all.filter((it) => it.seq < before).slice(-limit);
    else if (around !== undefined) {
      const place = all.findIndex((it) => it.seq >= around);
      events = all.slice(Math.max(0, place - limit / 2), place + limit / 2);
    }
    const older = events[0] !== undefined && events[0] !== all[0];
    const newer = events.length > 0 && events[events.length - 1] !== all[all.length - 1];
    return { chat: CHAT, events, older, newer };
  }

  // --- inside ------------------------------------------------------------------------------------

  private get visible(): ChatEvent[] {
    return this.log.filter(({ seq }) =>
      this.mine.stays.some(([from, to]) => from <= seq && (to === 0 || seq < to)),
    );
  }

  private happens(body: Body, sender: string, clientId?: string): ChatEvent {
    const seq = this.log.length + 1;
    const before = this.log[this.log.length - 1]?.count ?? 0;
    const count = before + (COUNTED.includes(body.kind) ? 1 : 0);
    const event: ChatEvent = {
      chat: CHAT,
      seq,
      at: 1_760_000_000_000 + seq * 1000,
      sender,
      count,
      body,
      ...(clientId === undefined ? {} : { client_id: clientId }),
    };
    this.log.push(event);
    const own = sender === ME && count > before;
    if (own) this.mine = { ...this.mine, read_count: (this.mine.read_count ?? 0) + 1 };
    if (this.present) {
      const readCount = own ? { read_count: this.mine.read_count! } : {};
      this.told.push({ type: "event", event, ...readCount });
    }
    return event;
  }
}
