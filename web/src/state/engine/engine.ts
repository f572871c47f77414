/**
 * The leading tab's parts wired together: replica, outbox, marks, ledger and link, and what flows
 * between them.
 */
import type { Carrier } from "@/net/carrier";
import { pause, type Clock } from "@/net/clock";
import { Lost, Refused, type Dial, type Socket } from "@/net/socket";
import type {
  AnswerTo,
  Command,
  Doing,
  HelloPush,
  HistoryCommand,
  Id,
  Page,
  Push,
  Seq,
} from "@/wire/types";
import { Refusal } from "../contract";
import type { Attached, Link as Status, Pending } from "../model";
import type { Patch } from "../patch";
import type { Saved, Store } from "../store/store";
import { absorb, span } from "./absorb";
import { Glimpses } from "./glimpses";
import type { Lead, Look } from "./lead";
import { Ledger, type LedgerDuties } from "./ledger";
import { Link, type LinkDuties } from "./link";
import { Looks } from "./looks";
import { Acks, Reads } from "./marks";
import { Outbox, type OutboxDuties } from "./outbox";
import { Replica } from "./replica";
import { Uploads, type UploadsDuties } from "./uploads";

const ASK_MS = 15_000;
// Between two tries of what was refused for the moment.
const AGAIN_MS = 500;
// What was seen of others is not true any more once nobody tells. The quiet line says as soon that
// there is no connection: one that comes back before was never gone.
const FADE_MS = 1_200;
// Going to another tab of ours is not leaving.
const AWAY_MS = 300;

/** How the engine reaches the server. */
export interface Roads {
  readonly dial: Dial;
  readonly carry: Carrier;
  /** Throw away what the server has of an upload. */
  readonly terminate: (upload: Id) => void;
}

export interface EngineDuties extends LedgerDuties {
  /** The socket belongs to another account: somebody signed in elsewhere in this browser. */
  otherAccount(user: Id, device: Id): void;
  /** Whether the session is void; no network is no answer. */
  isVoid(): Promise<boolean>;
  offline(): boolean;
}

export class Engine implements Lead {
  private readonly replica: Replica;
  private readonly outbox: Outbox;
  private readonly uploads: Uploads;
  /** Contents of files that were written in this life; all others are in the store. */
  private readonly contents = new Map<string, Blob>();
  private readonly acks: Acks;
  private readonly reads: Reads;
  private readonly glimpses: Glimpses;
  private readonly ledger: Ledger;
  private readonly looks = new Looks();
  private readonly link: Link;
  private socket: Socket | null = null;
  private stopped = false;
  private left = false;
  private readonly waiters = new Set<() => void>();
  private shownForeground = false;
  private shownWatch = "";
  private skew = Infinity;
  private features: HelloPush["features"] = [];
  /** Calls off what happens to glimpses that nobody renews; null: somebody does. */
  private fading: (() => void) | null = null;

  constructor(
    private readonly store: Store,
    saved: Saved,
    private readonly roads: Roads,
    private readonly clock: Clock,
    private readonly duties: EngineDuties,
    random: () => number = Math.random,
  ) {
    const changed = () => this.ledger.schedule();
    this.replica = new Replica(saved, {
      changed,
      found: ({ client_id: id }) => this.outbox.found(id!),
      closed: (chat, why) => this.outbox.bar(chat, why),
    });
    this.glimpses = new Glimpses(clock, changed);
    this.acks = new Acks(clock);
    const { replica, glimpses, acks } = this;
    this.ledger = new Ledger(store, saved, replica, glimpses, acks, clock, duties);
    this.reads = new Reads(saved.reads, clock, (marks) => this.ledger.reads(marks));
    this.outbox = new Outbox(saved.outbox, clock, this.sending(), random);
    this.uploads = new Uploads(roads.carry, clock, this.uploading(), random);
    this.link = new Link(roads.dial, clock, this.linking(), random);
  }

  private sending(): OutboxDuties {
    return {
      changed: (entry) => {
        this.ledger.queued(entry);
        this.uploads.follow(entry);
      },
      left: (entry, accepted) => {
        this.ledger.unqueued(entry);
        this.uploads.leave(entry);
        this.contents.delete(entry.clientId);
        if (entry.attached) this.store.drop(entry.clientId).catch(() => undefined);
        if (!accepted) return;
        this.ledger.accepted(entry.chat);
        this.replica.accept(accepted, entry.body, entry.clientId);
      },
    };
  }

  private uploading(): UploadsDuties {
    const { outbox, ledger, contents } = this;
    return {
      // The tab that has it may say so while the store is asked.
      file: async (id) =>
        contents.get(id) ?? (await this.store.file(id)) ?? contents.get(id) ?? null,
      begun: (clientId, upload) => outbox.begun(clientId, upload),
      ready: (clientId, file) => outbox.ready(clientId, file),
      refused: (clientId, error) => outbox.failed(clientId, error),
      moved: (clientId, progress) => ledger.moved(clientId, progress),
      terminate: (upload) => this.roads.terminate(upload),
    };
  }

  private linking(): LinkDuties {
    const { replica, ledger, duties } = this;
    return {
      replica,
      hello: (hello) => this.greeted(hello),
      push: (push) => this.push(push),
      acknowledge: (chats) => ledger.acknowledge(chats),
      caughtUp: (now) => {
        ledger.meta();
        ledger.put({ caughtUp: true });
        this.time(now);
      },
      first: () => this.looks.open,
      foreground: () => this.looks.foreground,
      time: (now) => this.time(now),
      status: (link) => this.linked(link),
      attach: (socket) => this.attach(socket),
      signedOut: () => {
        if (!this.left) ledger.put({ phase: "session-lost" });
      },
      isVoid: () => duties.isVoid(),
      offline: () => duties.offline(),
    };
  }

  /** Show all that is known, and connect. */
  start(): void {
    this.duties.show(this.whole());
    for (const entry of this.outbox.all) this.uploads.follow(entry);
    void this.link.run();
  }

  /** Everything as one patch, for a tab that begins. */
  whole(): Patch {
    return this.ledger.whole(this.outbox.all, this.uploads.all);
  }

  /** End, and resolve when everything is written. */
  async stop(): Promise<void> {
    this.reads.flush();
    this.stopped = true;
    this.link.stop();
    this.uploads.stop();
    this.fading?.();
    for (const waiter of this.waiters) waiter();
    await this.ledger.stop();
  }

  // --- asking ------------------------------------------------------------------------------------

  ask<C extends Command>(command: C): Promise<AnswerTo<C>> {
    return this.call(command, (given) => absorb(this.replica, command, given));
  }

  page(command: HistoryCommand): Promise<Page> {
    return this.call(command, (given) => {
      const chat = this.replica.chats.get(given.chat);
      if (!chat) return;
      this.replica.page(given, ...span(chat, command, given));
      this.ledger.restore(given.events);
    });
  }

  /** What is asked twice does no harm: commands state a wanted end, or carry a client id. */
  private async call<C extends Command>(
    command: C,
    seen: (answer: AnswerTo<C>) => void,
  ): Promise<AnswerTo<C>> {
    const until = this.clock.now() + ASK_MS;
    for (;;) {
      const left = until - this.clock.now();
      const socket = await this.online(left);
      try {
        const answer = await socket.request(command, Math.max(left, AGAIN_MS), seen);
        // Who asked finds the answer in the state.
        this.ledger.flush();
        return answer;
      } catch (error) {
        if (!(error instanceof Refused)) {
          if (socket.open || left <= 0) throw new Refusal("offline");
          continue;
        }
        const { code, retry_after: wait = 0, field = "" } = error.error;
        const soon = wait || AGAIN_MS;
        const worthIt = error.retry && code !== "rate_limited" && soon < left;
        if (!worthIt) throw new Refusal(code, wait, field);
        await pause(this.clock, soon);
      }
    }
  }

  private async online(within: number): Promise<Socket> {
    if (!this.socket && within > 0 && !this.stopped) {
      await new Promise<void>((resolve) => {
        const waiter = () => {
          off();
          this.waiters.delete(waiter);
          resolve();
        };
        const off = this.clock.after(within, waiter);
        this.waiters.add(waiter);
      });
    }
    if (!this.socket) throw new Refusal("offline");
    return this.socket;
  }

  // --- what tabs do ------------------------------------------------------------------------------

  queue(entry: Pending, file?: Blob): void {
    if (file) this.contents.set(entry.clientId, file);
    this.outbox.add(entry);
    // Where there was no room to keep it, the tab in which it was chosen has it still.
    const failed = this.outbox.get(entry.clientId)?.error?.code;
    if (file && failed === "file_gone") this.retry(entry.clientId);
  }

  retry(clientId: string, as?: Attached["kind"]): void {
    const last = this.outbox.all.reduce((most, it) => Math.max(most, it.order), 0);
    const chat = this.outbox.get(clientId)?.chat ?? "";
    // Without a connection nobody would tell that it is open again.
    const why = this.socket ? this.replica.closed(chat) : null;
    if (why !== null) this.outbox.failed(clientId, { code: why, text: "" });
    else this.outbox.retry(clientId, Math.max(last + 1, this.clock.now() * 1000), as);
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

  typing(chat: Id, active: boolean, doing?: Doing): void {
    // A server that knows nothing of recording is told of typing.
    const recording = doing === "recording" && this.features.includes(doing);
    this.socket?.post({ type: "typing", chat, active, ...(recording && { doing }) });
  }

  hurry(): void {
    this.link.hurry();
  }

  returned(): void {
    this.link.returned();
  }

  leaving(leaves: boolean): void {
    this.left = leaves;
  }

  // --- what flows --------------------------------------------------------------------------------

  private greeted(hello: HelloPush): void {
    if (hello.user !== this.replica.me) {
      this.duties.otherAccount(hello.user, hello.device);
      throw new Lost("another account");
    }
    this.ledger.meta();
    this.features = hello.features;
    this.ledger.put({ device: hello.device, pushKey: hello.push_key ?? "" });
    this.time(hello.now);
  }

  private push(push: Push): void {
    if (push.type === "typing") this.glimpses.typed(push);
    else if (push.type === "presence") this.glimpses.present(push);
    else {
      this.replica.apply(push);
      if (push.type === "event") this.glimpses.wrote(push.event.chat, push.event.sender);
    }
    this.link.needed();
  }

  private linked(link: Status): void {
    this.ledger.put({ link });
    if (link.status === "online") {
      this.fading?.();
      this.fading = null;
      // It was doubted for nothing: ask anew what was let go meanwhile.
      this.shownWatch = "";
      this.lookAgain();
      return;
    }
    if (link.status === "waiting" && link.offline) this.glimpses.fade();
    this.fading ??= this.clock.after(FADE_MS, () => this.glimpses.fade());
  }

  private attach(socket: Socket | null): void {
    this.socket = socket;
    this.acks.attach(socket);
    this.reads.attach(socket);
    this.outbox.attach(socket);
    if (socket) this.uploads.hurry();
    if (!socket) return;
    this.shownForeground = this.looks.foreground;
    this.shownWatch = "";
    this.lookAgain();
    this.ask({ type: "me" }).catch(() => undefined);
    for (const waiter of this.waiters) waiter();
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

  /** The server's clock, as just heard. Small differences are the network's. */
  private time(now: number): void {
    const skew = Math.round(now - this.clock.now());
    if (Math.abs(skew - this.skew) <= 500) return;
    this.skew = skew;
    this.ledger.put({ skew });
  }
}
