/** One session over one socket: hello, sync, then heartbeats and repairs until it ends. */
import { pause, type Clock } from "@/net/clock";
import { Lost, Refused, Socket, type Dial } from "@/net/socket";
import {
  LIMITS,
  type AnswerTo,
  type Command,
  type HelloPush,
  type Id,
  type Push,
} from "@/wire/types";
import { missing } from "../chats/kept";
import type { Replica } from "./replica";

const HELLO_MS = 10_000;
const ANSWER_MS = 20_000;
const SYNC_MS = 60_000;
const BEAT_MS = 10_000;
// After a sleep or a change of networks: is anybody there at all?
const PROBE_MS = 5_000;
// Between two tries of a question that was refused for the moment.
const RETRY_MS = 2_000;
// A gap may be filled by a push that is under way.
const GAP_MS = 300;
const INLINE = 20;
const FEATURES = ["groups", "receipts", "presence", "typing", "invites"];

/** What a session tells its engine. */
export interface SessionDuties {
  readonly replica: Replica;
  hello(hello: HelloPush): void;
  push(push: Push): void;
  /** The log of these chats is known again: tell the server anew what is stored of them. */
  acknowledge(chats: Iterable<Id>): void;
  /** A sync was answered: everything up to here is in the replica. */
  caughtUp(now: number): void;
  /** The chat to see to first: it is on screen. */
  first(): Id | null;
  /** From now on requests may be sent. */
  begin(socket: Socket): void;
  /** The socket is open, and not caught up yet. */
  opened(socket: Socket): void;
  foreground(): boolean;
  /** The server's clock, as just heard. */
  time(now: number): void;
}

/** How it went. */
export interface Ended {
  readonly code: number;
  readonly opened: boolean;
  readonly begun: boolean;
  readonly lasted: number;
  /** The server said how long to stay away. */
  readonly reconnectAfter: number | null;
}

export class Session {
  private readonly socket: Socket;
  private readonly greeted: Promise<HelloPush>;
  private greet: (hello: HelloPush) => void = () => undefined;
  private readonly synced = new Set<Id>();
  private syncing = true;
  private begun = false;
  private reconnectAfter: number | null = null;
  private due: "no" | "beat" | "probe" = "no";
  private nudge: () => void = () => undefined;
  private wake: () => void = () => undefined;
  constructor(
    dial: Dial,
    private readonly clock: Clock,
    private readonly duties: SessionDuties,
  ) {
    this.greeted = new Promise((resolve) => (this.greet = resolve));
    this.socket = new Socket(dial, clock, (push) => this.told(push));
  }

  /** From the first frame to the last. Never rejects. */
  async run(): Promise<Ended> {
    const began = this.clock.now();
    try {
      await this.life();
    } catch {
      // A request that failed here leaves the session without a footing.
      this.socket.drop();
    }
    const code = await this.socket.closed;
    return {
      code,
      opened: this.socket.opened,
      begun: this.begun,
      lasted: this.clock.now() - began,
      reconnectAfter: this.reconnectAfter,
    };
  }

  /** Tell the foreground flag at once; `probe`: the network may have gone, do not wait long. */
  beatNow(probe: boolean): void {
    if (this.due !== "probe") this.due = probe ? "probe" : "beat";
    this.nudge();
  }

  /** Something is needed that was not before. */
  needed(): void {
    this.wake();
  }

  end(): void {
    this.socket.drop();
  }

  // --- steps -------------------------------------------------------------------------------------

  private async life(): Promise<void> {
    const hello = await this.first();
    this.duties.opened(this.socket);
    this.duties.hello(hello);
    await this.sync();
    this.begun = true;
    this.duties.begin(this.socket);
    const interval = Math.max(1, hello.heartbeat) * 1000;
    await Promise.race([this.beats(interval), this.repairs(), this.socket.closed]);
  }

  private async first(): Promise<HelloPush> {
    const late = this.clock.after(HELLO_MS, () => this.socket.drop());
    const hello = await Promise.race([this.greeted, this.socket.closed]);
    late();
    if (typeof hello === "number") throw new Lost("no hello");
    return hello;
  }

  private async sync(): Promise<void> {
    const { replica } = this.duties;
    this.syncing = true;
    let answer = await this.askSync();
    if (answer.reset) {
      replica.reset();
      answer = await this.askSync();
    }
    this.syncing = false;
    replica.since = answer.since;
    replica.findHoles();
    this.duties.caughtUp(answer.now);
    this.duties.acknowledge(this.synced);
    this.synced.clear();
    this.wake();
  }

  private askSync(): Promise<AnswerTo<Extract<Command, { type: "sync" }>>> {
    const { since } = this.duties.replica;
    const sync = { type: "sync", inline: INLINE, features: FEATURES } as const;
    return this.ask(since === null ? sync : { ...sync, since }, undefined, SYNC_MS);
  }

  private async beats(interval: number): Promise<never> {
    for (;;) {
      const asked = this.clock.now();
      const command = { type: "heartbeat", foreground: this.duties.foreground() } as const;
      const within = this.due === "probe" ? PROBE_MS : BEAT_MS;
      this.due = "no";
      const beat = await this.socket.request(command, within);
      this.duties.time(beat.now + (this.clock.now() - asked) / 2);
      if (beat.sync) await this.sync();
      await this.until(interval);
    }
  }

  /** Wait for the next heartbeat, or for a reason to send it now. */
  private until(interval: number): Promise<void> {
    if (this.due !== "no") return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.clock.after(interval, resolve);
      this.nudge = () => {
        off();
        resolve();
      };
    });
  }

  /** Fetch what is missing, one thing at a time. */
  private async repairs(): Promise<never> {
    const { needs } = this.duties.replica;
    // What the sync left open will not close by itself.
    let patience = 0;
    for (;;) {
      await this.fetchChats();
      await this.fetchUsers();
      if (needs.ranges.size) {
        if (patience) await pause(this.clock, patience);
        patience = GAP_MS;
        await this.fetchRanges();
      }
      await this.fetchPreviews();
      patience = GAP_MS;
      if (needs.chats.size || needs.users.size || needs.ranges.size) continue;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private async fetchChats(): Promise<void> {
    const { replica } = this.duties;
    for (const chat of replica.needs.chats) {
      replica.needs.chats.delete(chat);
      await this.maybe({ type: "chat", chat }, (head) => replica.head(head));
      replica.forgetOrphans(chat);
    }
  }

  private async fetchUsers(): Promise<void> {
    const { replica } = this.duties;
    const { needs } = replica;
    while (needs.users.size) {
      const ids = [...needs.users].slice(0, LIMITS.USERS_PER_CALL);
      for (const id of ids) needs.users.delete(id);
      const unknown = ids.filter((id) => !replica.users.has(id));
      if (!unknown.length) continue;
      await this.maybe({ type: "users", ids: unknown }, ({ users }) => replica.people(users ?? []));
    }
  }

  private async fetchRanges(): Promise<void> {
    const { replica } = this.duties;
    const { ranges } = replica.needs;
    while (ranges.size) {
      const shown = this.duties.first();
      const id = shown !== null && ranges.has(shown) ? shown : ranges.values().next().value!;
      ranges.delete(id);
      const chat = replica.chats.get(id);
      const hole = chat && missing(chat);
      if (hole) await this.fetchRange(id, ...hole);
      if (replica.needs.chats.size) await this.fetchChats();
    }
  }

  private async fetchPreviews(): Promise<void> {
    const { replica } = this.duties;
    for (const chat of replica.needs.previews) {
      replica.needs.previews.delete(chat);
      await this.maybe({ type: "history", chat, limit: INLINE }, (page) => {
        const [oldest] = page.events;
        const newest = page.events[page.events.length - 1];
        if (oldest && newest) replica.page(page, oldest.seq, newest.seq);
      });
    }
  }

  /** Fetch one page of a hole; what is left of it is noted as a need again. */
  private async fetchRange(chat: Id, first: number, last: number): Promise<void> {
    const limit = Math.min(LIMITS.HISTORY_PAGE, last - first + 1);
    await this.maybe({ type: "history", chat, after: first - 1, limit }, (page) => {
      const end = page.events[page.events.length - 1];
      const through = end && page.newer ? Math.min(end.seq, last) : last;
      this.duties.replica.page(page, first, through);
    });
  }

  /** Ask until there is an answer; a refusal for good is one, too. */
  private async maybe<C extends Command>(
    command: C,
    seen: (answer: AnswerTo<C>) => void,
  ): Promise<void> {
    try {
      await this.ask(command, seen, ANSWER_MS);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  private async ask<C extends Command>(
    command: C,
    seen: ((answer: AnswerTo<C>) => void) | undefined,
    within: number,
  ): Promise<AnswerTo<C>> {
    for (;;) {
      try {
        return await this.socket.request(command, within, seen);
      } catch (error) {
        if (!(error instanceof Refused) || !error.retry) throw error;
        await pause(this.clock, error.error.retry_after || RETRY_MS);
      }
    }
  }

  // --- pushes ------------------------------------------------------------------------------------

  private told(push: Push): void {
    if (push.type === "hello") this.greet(push);
    if (push.type === "goodbye") this.reconnectAfter = push.reconnect_after;
    if (push.type === "heads" && this.syncing) {
      for (const head of push.heads) this.synced.add(head.chat);
    }
    if (push.type === "event") this.repeated(push.event.chat, push.event.seq);
    this.duties.push(push);
  }

  /** The server hands an event over again when it has not seen our mark. */
  private repeated(id: Id, seq: number): void {
    const chat = this.duties.replica.chats.get(id);
    if (chat && seq <= chat.stored) this.duties.acknowledge([id]);
  }
}
