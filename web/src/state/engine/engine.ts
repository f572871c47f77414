/**
 * The leading tab's parts wired together: replica, outbox, marks and link, and the one way by which
 * a change goes through all of them. Whatever came within a frame is stored in one transaction;
 * only after that it is acknowledged to the server and told to the other tabs.
 */
import type { Clock } from "@/net/clock";
import { Lost, Refused, type Dial, type Socket } from "@/net/socket";
import type {
  AnswerTo,
  ChatEvent,
  Command,
  HistoryCommand,
  Id,
  Page,
  Push,
  Seq,
} from "@/wire/types";
import { Refusal } from "../contract";
import type { Link as LinkStatus, Pending } from "../model";
import type { Patch, Single } from "../patch";
import type { Batch, Saved, Store } from "../store/store";
import { absorb, span } from "./absorb";
import { Glimpses } from "./glimpses";
import type { Lead, Look } from "./lead";
import { Link } from "./link";
import { Looks } from "./looks";
import { Acks, Reads } from "./marks";
import { Outbox } from "./outbox";
import { Replica } from "./replica";

const FRAME_MS = 16;
const ASK_MS = 15_000;
// What was seen of others is not true for long once nobody tells.
const FADE_MS = 10_000;
// Leaving the front for another tab of ours is no leaving.
const AWAY_MS = 300;

export interface EngineDuties {
  /** At once, to the tab that leads. */
  show(patch: Patch): void;
  /** Once it is stored, to all others. */
  tell(patch: Patch): void;
  /** The socket belongs to another account: somebody signed in elsewhere in this browser. */
  otherAccount(user: Id, device: Id): void;
  isVoid(): Promise<boolean>;
  offline(): boolean;
  /** Another tab leads by now. */
  fenced(): void;
}

export class Engine implements Lead {
  readonly replica: Replica;
  private readonly outbox: Outbox;
  private readonly acks: Acks;
  private readonly reads: Reads;
  private readonly glimpses: Glimpses;
  private readonly looks = new Looks();
  private readonly link: Link;
  private socket: Socket | null = null;
  private single: Partial<Single> = {};
  private singleChanged: Partial<Single> = {};
  private readonly storedOf = new Map<Id, Seq>();
  private meta = false;
  // The log has them, but the store let them go.
  private restored: readonly ChatEvent[] = [];
  private keptReads: Batch["reads"] = null;
  private readonly queued = new Map<string, Pending>();
  private readonly unqueued = new Set<string>();
  private readonly accepted = new Set<Id>();
  private device: Id;
  private scheduled = false;
  private flushedAt = 0;
  private stopped = false;
  private written: Promise<void> = Promise.resolve();
  private readonly waiters = new Set<() => void>();
  private shownForeground = false;
  private shownWatch = "";
  private fading: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    saved: Saved,
    dial: Dial,
    private readonly clock: Clock,
    private readonly duties: EngineDuties,
  ) {
    const changed = () => this.schedule();
    this.replica = new Replica(saved.meta.user, changed, ({ client_id: id }) =>
      this.outbox.found(id!),
    );
    for (const chat of saved.chats) this.replica.chats.set(chat.id, chat);
    for (const user of saved.users) this.replica.users.set(user.id, user);
    this.replica.account = saved.meta.account;
    this.replica.since = saved.meta.since;
    this.device = saved.meta.device;
    this.glimpses = new Glimpses(clock, changed);
    this.acks = new Acks(clock);
    this.reads = new Reads(saved.reads, clock, (marks) => {
      this.keptReads = marks;
      this.schedule();
    });
    this.outbox = new Outbox(saved.outbox, clock, {
      changed: (entry) => {
        this.queued.set(entry.clientId, entry);
        this.unqueued.delete(entry.clientId);
        this.schedule();
      },
      left: (entry, accepted) => {
        this.queued.delete(entry.clientId);
        this.unqueued.add(entry.clientId);
        if (accepted) {
          this.accepted.add(entry.chat);
          this.replica.accept(accepted, entry.body, entry.clientId);
        }
        this.schedule();
      },
    });
    this.link = new Link(dial, clock, {
      replica: this.replica,
      hello: (hello) => {
        if (hello.user !== this.replica.me) {
          duties.otherAccount(hello.user, hello.device);
          throw new Lost("another account");
        }
        this.device = hello.device;
        this.meta = true;
        this.put({ device: hello.device, pushKey: hello.push_key ?? "" });
        this.time(hello.now);
      },
      push: (push) => this.push(push),
      acknowledge: (chats) => this.acknowledge(chats),
      caughtUp: (_, now) => {
        this.meta = true;
        this.time(now);
        this.put({ caughtUp: true });
      },
      foreground: () => this.looks.foreground,
      time: (now) => this.time(now),
      status: (link) => this.status(link),
      attach: (socket) => this.attach(socket),
      signedOut: () => this.put({ phase: "session-lost" }),
      isVoid: () => duties.isVoid(),
      offline: () => duties.offline(),
    });
  }

  /** Show all that is known, and connect. */
  start(): void {
    this.duties.show(this.whole());
    void this.link.run();
  }

  /** Everything as one patch, for a tab that begins. */
  whole(): Patch {
    return {
      whole: true,
      chats: [...this.replica.chats.values()],
      users: [...this.replica.users.values()],
      queued: this.outbox.all,
      presence: [...this.glimpses.presence],
      typing: [...this.glimpses.typing],
      single: {
        user: this.replica.me,
        device: this.device,
        account: this.replica.account,
        caughtUp: this.replica.since !== null,
        storage: this.store.durable ? "device" : "memory",
        ...this.single,
      },
    };
  }

  /** End, and resolve when everything is written. */
  async stop(): Promise<void> {
    this.reads.flush();
    this.flush();
    this.stopped = true;
    this.link.stop();
    this.fading?.();
    await this.written;
  }

  // --- asking ------------------------------------------------------------------------------------

  async ask<C extends Command>(command: C): Promise<AnswerTo<C>> {
    const answer = await this.call(command, (given) => absorb(this.replica, command, given));
    this.flush();
    return answer;
  }

  async page(command: HistoryCommand): Promise<Page> {
    const page = await this.call(command, (given) => {
      const chat = this.replica.chats.get(given.chat);
      if (!chat) return;
      this.replica.page(given, ...span(chat, command, given));
      this.restored = [...this.restored, ...given.events];
    });
    this.flush();
    return page;
  }

  private async call<C extends Command>(
    command: C,
    seen: (answer: AnswerTo<C>) => void,
  ): Promise<AnswerTo<C>> {
    const until = this.clock.now() + ASK_MS;
    for (;;) {
      const socket = await this.online(until - this.clock.now());
      try {
        return await socket.request(command, Math.max(1_000, until - this.clock.now()), seen);
      } catch (error) {
        if (error instanceof Refused) {
          const { code, retry_after: wait = 0, field = "" } = error.error;
          throw new Refusal(code, wait, field);
        }
        if (socket.open || this.clock.now() >= until) throw new Refusal("offline");
      }
    }
  }

  private async online(within: number): Promise<Socket> {
    if (!this.socket && within > 0 && !this.stopped) {
      await new Promise<void>((resolve) => {
        const off = this.clock.after(within, resolve);
        this.waiters.add(() => {
          off();
          resolve();
        });
      });
    }
    if (!this.socket) throw new Refusal("offline");
    return this.socket;
  }

  // --- what tabs do ------------------------------------------------------------------------------

  queue(entry: Pending): void {
    this.outbox.add(entry);
  }

  retry(clientId: string): void {
    const order = this.outbox.all.reduce((most, it) => Math.max(most, it.order), 0);
    this.outbox.retry(clientId, Math.max(order + 1, this.clock.now() * 1000));
  }

  discard(clientId: string): void {
    this.outbox.discard(clientId);
  }

  seen(chat: Id, seq: Seq, count: number): void {
    const known = this.replica.chats.get(chat);
    if (!known || seq <= (known.mine.read ?? 0)) return;
    this.replica.read(chat, seq, count);
    this.reads.add(chat, Math.min(seq, known.last));
  }

  look(tab: string, look: Look | null): void {
    this.looks.set(tab, look);
    if (this.looks.foreground || !this.shownForeground) this.lookAgain();
    else this.clock.after(AWAY_MS, () => this.lookAgain());
  }

  typing(chat: Id, active: boolean): void {
    this.socket?.post({ type: "typing", chat, active });
  }

  hurry(): void {
    this.link.hurry();
  }

  returned(): void {
    this.link.returned();
  }

  // --- what flows --------------------------------------------------------------------------------

  private push(push: Push): void {
    if (push.type === "typing") this.glimpses.typed(push);
    else if (push.type === "presence") this.glimpses.present(push);
    else {
      this.replica.apply(push);
      if (push.type === "event") this.glimpses.wrote(push.event.chat, push.event.sender);
    }
    this.link.needed();
  }

  private attach(socket: Socket | null): void {
    this.socket = socket;
    this.acks.attach(socket);
    this.reads.attach(socket);
    this.outbox.attach(socket);
    this.fading?.();
    this.fading = null;
    if (socket) {
      this.shownForeground = this.looks.foreground;
      this.shownWatch = "";
      this.lookAgain();
      void this.ask({ type: "me" }).catch(() => undefined);
      for (const waiter of this.waiters) waiter();
      this.waiters.clear();
    } else this.fading = this.clock.after(FADE_MS, () => this.glimpses.fade());
  }

  /** Tell the server what is looked at, if that is different. */
  private lookAgain(): void {
    if (this.looks.foreground !== this.shownForeground) {
      this.shownForeground = this.looks.foreground;
      this.link.looked();
    }
    const { watch } = this.looks;
    const watched = JSON.stringify(watch);
    if (!this.socket || watched === this.shownWatch) return;
    this.shownWatch = watched;
    this.socket.post(watch);
  }

  private status(link: LinkStatus): void {
    this.put({ link });
  }

  private time(now: number): void {
    const skew = Math.round(now - this.clock.now());
    if (Math.abs(skew - (this.single.skew ?? Infinity)) > 500) this.put({ skew });
  }

  private put(single: Partial<Single>): void {
    this.single = { ...this.single, ...single };
    this.singleChanged = { ...this.singleChanged, ...single };
    this.schedule();
  }

  /** Tell the server anew what is stored of these chats: the marks may have been lost. */
  private acknowledge(chats: Iterable<Id>): void {
    const ids = [...chats];
    this.flush();
    void this.written.then(() => {
      for (const id of ids) this.acks.add(id, this.replica.chats.get(id)?.stored ?? 0);
    });
  }

  // --- one way for all changes -------------------------------------------------------------------

  private schedule(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    const wait = this.flushedAt + FRAME_MS - this.clock.now();
    if (wait > 0) this.clock.after(wait, () => this.flush());
    else queueMicrotask(() => this.flush());
  }

  /** Store, show, acknowledge and tell what changed since the last time. */
  private flush(): void {
    this.scheduled = false;
    if (this.stopped) return;
    this.flushedAt = this.clock.now();
    const changes = this.replica.take();
    const grown = this.grown(changes.chats);
    const { typing, presence } = this.glimpses.take();
    const single = this.singleChanged;
    this.singleChanged = {};
    const chats = [...changes.chats].map((id) => this.replica.chats.get(id)!);
    const users = [...changes.users].map((id) => this.replica.users.get(id)!);
    const queued = [...this.queued.values()];
    const unqueued = [...this.unqueued];
    this.queued.clear();
    this.unqueued.clear();
    const account = changes.account ? { account: this.replica.account } : {};
    const patch: Patch = {
      chats,
      users,
      events: changes.events,
      forget: changes.forget,
      queued,
      unqueued,
      typing,
      presence,
      single: { ...single, ...account },
    };
    const meta = this.meta || changes.account;
    const batch: Batch = {
      forget: changes.forget,
      chats,
      events: [...changes.events, ...this.restored],
      users,
      meta: meta ? this.savedMeta() : null,
      queued,
      unqueued,
      reads: this.keptReads,
    };
    this.meta = false;
    this.restored = [];
    this.keptReads = null;
    const writing = this.store.write(batch);
    this.duties.show(patch);
    this.written = this.written.then(() => this.settle(writing, patch, grown));
  }

  private async settle(
    writing: Promise<void>,
    patch: Patch,
    grown: ReadonlyMap<Id, Seq>,
  ): Promise<void> {
    try {
      await writing;
    } catch {
      this.duties.fenced();
      return;
    }
    if (!this.store.durable && this.single.storage !== "memory") this.put({ storage: "memory" });
    for (const [chat, stored] of grown) this.acks.add(chat, stored);
    this.duties.tell(patch);
  }

  /** Chats whose gapless part grew, and up to where; not by what was just sent from here. */
  private grown(changed: ReadonlySet<Id>): ReadonlyMap<Id, Seq> {
    const grown = new Map<Id, Seq>();
    for (const id of changed) {
      const { stored } = this.replica.chats.get(id)!;
      const before = this.storedOf.get(id) ?? 0;
      this.storedOf.set(id, stored);
      const own = this.accepted.has(id) && stored === before + 1;
      if (stored > before && !own) grown.set(id, stored);
    }
    this.accepted.clear();
    return grown;
  }

  private savedMeta(): Batch["meta"] {
    const { me: user, since, account } = this.replica;
    return { user, device: this.device, since, account };
  }
}
