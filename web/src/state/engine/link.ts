/** The link to the server: one session after another, for as long as it makes sense. */
import { Backoff } from "@/net/backoff";
import type { Clock } from "@/net/clock";
import type { Dial, Socket } from "@/net/socket";
import { CLOSE, reconnects } from "@/wire/types";
import type { Link as Status } from "../model";
import { Session, type Ended, type SessionDuties } from "./session";

// A session that lasted this long was a good one: the next backoff starts from the beginning.
const GOOD_MS = 5_000;

export interface LinkDuties extends Omit<SessionDuties, "begin" | "opened"> {
  status(link: Status): void;
  /** Requests go over this socket from now on; null: there is none. */
  attach(socket: Socket | null): void;
  /** The server ended the session for good. */
  signedOut(): void;
  /**
   * A socket was refused, and a page is not told why: whether the session is void. Asked now and
   * then only, for it is one more request to a server that may be in trouble.
   */
  isVoid(): Promise<boolean>;
  offline(): boolean;
}

export class Link {
  private session: Session | null = null;
  private readonly backoff: Backoff;
  private stopped = false;
  /** What the browser said of the network last. */
  private offline = false;
  private doubted = false;
  /** Another program of this device took over: only a person's doing may change that. */
  private replaced = false;
  private hurried: () => void = () => undefined;

  constructor(
    private readonly dial: Dial,
    private readonly clock: Clock,
    private readonly duties: LinkDuties,
    random: () => number = Math.random,
  ) {
    this.backoff = new Backoff(random);
  }

  /** Connect, and connect again, until stopped or signed out. */
  async run(): Promise<void> {
    while (!this.stopped) {
      const wait = this.judge(await this.one());
      if (this.halted()) return;
      await this.rest(wait);
    }
  }

  /** Do not wait for the end of the pause: the network may be back, or the person is. */
  hurry(): void {
    if (this.session) {
      this.doubt();
      this.session.beatNow(true);
      return;
    }
    if (!this.replaced) this.backoff.reset();
    this.hurried();
  }

  /** The person turned to this device: take over again if another program had. */
  returned(): void {
    if (!this.replaced) return;
    this.replaced = false;
    this.hurried();
  }

  /** What the person looks at is different. */
  looked(): void {
    this.session?.beatNow(false);
  }

  /** Something is needed that was not before. */
  needed(): void {
    this.session?.needed();
  }

  stop(): void {
    this.stopped = true;
    this.session?.end();
    this.hurried();
  }

  // --- inside ------------------------------------------------------------------------------------

  /** The browser says that the network went: believed until the server answers nevertheless. */
  private doubt(): void {
    const before = this.offline;
    this.offline = this.duties.offline();
    if (!this.offline || before) return;
    this.doubted = true;
    const retryAt = Math.round(this.clock.now());
    this.duties.status({ status: "waiting", retryAt, offline: true });
  }

  private async one(): Promise<Ended> {
    const { duties } = this;
    this.offline = duties.offline();
    this.doubted = false;
    duties.status({ status: "connecting" });
    const session = new Session(this.dial, this.clock, {
      ...duties,
      opened: () => duties.status({ status: "syncing" }),
      time: (now) => {
        duties.time(now);
        if (this.doubted) duties.status({ status: "online" });
        this.doubted = false;
      },
      begin: (socket) => {
        this.backoff.ease();
        duties.status({ status: "online" });
        duties.attach(socket);
      },
    });
    this.session = session;
    const ended = await session.run();
    this.session = null;
    duties.attach(null);
    return ended;
  }

  /** How long to stay away. */
  private judge(ended: Ended): number {
    if (ended.code === CLOSE.REPLACED) {
      this.replaced = true;
      return Infinity;
    }
    if (!reconnects(ended.code)) {
      this.over();
      return 0;
    }
    if (ended.code === CLOSE.FLOODING) this.backoff.most();
    else if (ended.begun && ended.lasted >= GOOD_MS) this.backoff.reset();
    if (!ended.opened) void this.inquire();
    return ended.reconnectAfter ?? this.backoff.next();
  }

  /** Whether the handshake failed because nobody is signed in here any more. */
  private async inquire(): Promise<void> {
    const { failures } = this.backoff;
    const often = failures < 2 || failures === 3 || failures % 8 === 0;
    if (often && !this.duties.offline() && (await this.duties.isVoid())) this.over();
  }

  private over(): void {
    if (this.stopped) return;
    this.stop();
    this.duties.signedOut();
  }

  private halted(): boolean {
    return this.stopped;
  }

  private async rest(ms: number): Promise<void> {
    const retryAt = this.replaced ? Number.MAX_SAFE_INTEGER : Math.round(this.clock.now() + ms);
    const offline = this.duties.offline();
    const elsewhere = this.replaced ? { elsewhere: true as const } : {};
    this.duties.status({ status: "waiting", retryAt, offline, ...elsewhere });
    await new Promise<void>((resolve) => {
      const off = Number.isFinite(ms) ? this.clock.after(ms, resolve) : () => undefined;
      this.hurried = () => {
        // Standing still is not ended by the network's coming back.
        if (this.replaced && !this.stopped) return;
        off();
        resolve();
      };
    });
    this.hurried = () => undefined;
  }
}
