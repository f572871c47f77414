/**
 * Marks on their way to the server: what this device has (`received`), and what its person has
 * read (`read`). Both merge by maximum, so they go in batches and may be repeated.
 */
import type { Clock } from "@/net/clock";
import { Refused, type Socket } from "@/net/socket";
import { LIMITS, type Id, type Mark, type Seq, type SeqOrZero } from "@/wire/types";

const RECEIVED_MS = 20;
const READ_MS = 1_000;
const ANSWER_MS = 20_000;

/** `received` marks: at once when idle, else gathered for a moment. */
export class Acks {
  private marks = new Map<Id, Seq>();
  private socket: Socket | null = null;
  private waiting = false;
  private sentAt = 0;

  constructor(private readonly clock: Clock) {}

  attach(socket: Socket | null): void {
    this.socket = socket;
    // All are told again after the next sync.
    if (!socket) this.marks.clear();
  }

  /** The store has everything up to `seq`. */
  add(chat: Id, seq: SeqOrZero): void {
    if (!this.socket || seq < 1) return;
    this.marks.set(chat, Math.max(seq, this.marks.get(chat) ?? 0));
    if (this.waiting) return;
    const wait = this.sentAt + RECEIVED_MS - this.clock.now();
    this.waiting = true;
    if (wait > 0) this.clock.after(wait, () => this.flush());
    else queueMicrotask(() => this.flush());
  }

  private flush(): void {
    this.waiting = false;
    this.sentAt = this.clock.now();
    const marks = this.marks;
    this.marks = new Map();
    for (const part of parts(marks)) this.socket?.post({ type: "received", marks: part });
  }
}

/**
 * `read` marks: about a second after the first. What the server has not confirmed is kept (`keep`)
 * and sent again over the next socket.
 */
export class Reads {
  private readonly marks: Map<Id, Seq>;
  private socket: Socket | null = null;
  private timer: (() => void) | null = null;

  constructor(
    marks: Iterable<readonly [Id, Seq]>,
    private readonly clock: Clock,
    private readonly keep: (marks: readonly (readonly [Id, Seq])[]) => void,
  ) {
    this.marks = new Map(marks);
  }

  attach(socket: Socket | null): void {
    this.socket = socket;
    if (socket) this.flush();
  }

  /** The person has seen everything up to `seq`. */
  add(chat: Id, seq: Seq): void {
    if (seq <= (this.marks.get(chat) ?? 0)) return;
    this.marks.set(chat, seq);
    this.keep([...this.marks]);
    this.later(READ_MS);
  }

  /** Send now. */
  flush(): void {
    this.timer?.();
    this.timer = null;
    if (!this.socket) return;
    for (const part of parts(this.marks)) void this.tell(this.socket, part);
  }

  private later(ms: number): void {
    this.timer ??= this.clock.after(ms, () => this.flush());
  }

  /** Forget what the server has, or refuses for good. */
  private async tell(socket: Socket, marks: readonly Mark[]): Promise<void> {
    try {
      await socket.request({ type: "read", marks }, ANSWER_MS);
    } catch (error) {
      if (!(error instanceof Refused)) return;
      if (error.retry) {
        this.later(Math.max(error.error.retry_after ?? 0, READ_MS));
        return;
      }
    }
    for (const { chat, seq } of marks) {
      if ((this.marks.get(chat) ?? 0) <= seq) this.marks.delete(chat);
    }
    this.keep([...this.marks]);
  }
}

/** `marks` in portions that fit a command. */
function parts(marks: ReadonlyMap<Id, Seq>): Mark[][] {
  const all = [...marks].map(([chat, seq]) => ({ chat, seq }));
  const portions: Mark[][] = [];
  for (let i = 0; i < all.length; i += LIMITS.MARKS_PER_CALL) {
    portions.push(all.slice(i, i + LIMITS.MARKS_PER_CALL));
  }
  return portions;
}
