/**
 * One life of a socket: requests out, answers and pushes in. No retries, no state. All that waits
 * for an answer is told when the socket goes.
 */
import { decode, encode, readAnswer } from "@/wire/codec";
import { ERRORS, type AnswerTo, type Command, type Push, type RequestError } from "@/wire/types";
import type { Clock } from "./clock";

/** The part of a `WebSocket` that is needed here. */
export interface Wire {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: ((end: { code: number }) => void) | null;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number): void;
}

export type Dial = () => Wire;

/** The server refused a request. */
export class Refused extends Error {
  constructor(readonly error: RequestError) {
    super(error.code);
  }

  get retry(): boolean {
    return this.error.retry ?? false;
  }
}

/** The socket went, or did not answer in time; the command may or may not have taken effect. */
export class Lost extends Error {}

type Settle = (result: unknown) => void;
interface Asked {
  readonly type: Command["type"];
  readonly settle: Settle;
  readonly seen: ((answer: never) => void) | undefined;
}

const OPEN_MS = 10_000;

export class Socket {
  /** Done with the close code; 1006 if there was none. */
  readonly closed: Promise<number>;
  /** Whether the handshake went through. */
  opened = false;
  private end: ((code: number) => void) | null = null;
  private lastId = 0;
  private readonly asked = new Map<number, Asked>();
  private readonly wire: Wire;

  /** `told` is called with each push, in order. */
  constructor(
    dial: Dial,
    private readonly clock: Clock,
    told: (push: Push) => void,
  ) {
    this.closed = new Promise((resolve) => (this.end = resolve));
    this.wire = dial();
    const late = clock.after(OPEN_MS, () => this.drop());
    this.wire.onopen = () => {
      late();
      this.opened = true;
    };
    this.wire.onmessage = ({ data }) => this.read(data, told);
    this.wire.onclose = ({ code }) => {
      late();
      this.gone(code);
    };
  }

  get open(): boolean {
    return this.opened && this.end !== null;
  }

  /** Bytes that the browser has not passed on yet. */
  get waiting(): number {
    return this.wire.bufferedAmount;
  }

  /**
   * Ask, and wait for the answer. `seen` is called with it before any later frame is read.
   * Throws `Refused` or `Lost`.
   */
  request<C extends Command>(
    command: C,
    within: number,
    seen?: (answer: AnswerTo<C>) => void,
  ): Promise<AnswerTo<C>> {
    return new Promise((resolve, reject) => {
      if (this.end === null) {
        reject(new Lost("closed"));
        return;
      }
      const id = ++this.lastId;
      const calm = this.clock.after(within, () => {
        this.asked.delete(id);
        reject(new Lost("no answer"));
      });
      const settle: Settle = (result) => {
        calm();
        if (result instanceof Error) reject(result);
        else resolve(result as AnswerTo<C>);
      };
      this.asked.set(id, { type: command.type, settle, seen });
      this.wire.send(encode(command, id));
    });
  }

  /** Tell, without an answer. */
  post(command: Command): void {
    if (this.end !== null) this.wire.send(encode(command));
  }

  /** Let go of it: nothing more comes, whatever the network does. */
  drop(code = 1000): void {
    if (this.end === null) return;
    this.wire.close(code);
    this.gone(1006);
  }

  private read(data: unknown, told: (push: Push) => void): void {
    const frame = this.end !== null && typeof data === "string" ? decode(data) : null;
    if (frame === null) return;
    if (frame.kind === "push") {
      guarded(() => told(frame.push));
      return;
    }
    const asked = this.asked.get(frame.reply);
    if (!asked) return;
    this.asked.delete(frame.reply);
    if (frame.kind === "refusal") {
      asked.settle(new Refused(frame.error));
      return;
    }
    const answer = readAnswer(asked.type, frame.ok);
    if (answer === null) {
      asked.settle(new Refused({ code: "internal", text: ERRORS.internal.text }));
      return;
    }
    guarded(() => asked.seen?.(answer as never));
    asked.settle(answer);
  }

  private gone(code: number): void {
    const end = this.end;
    if (end === null) return;
    this.end = null;
    this.wire.onopen = this.wire.onmessage = this.wire.onclose = null;
    const asked = [...this.asked.values()];
    this.asked.clear();
    end(code);
    for (const one of asked) one.settle(new Lost("closed"));
  }
}

/** A frame that breaks us is a bug of ours, and no reason to lose the session. */
function guarded(take: () => void): void {
  try {
    take();
  } catch (error) {
    reportError(error);
  }
}

/** Opens a real one, to the server that the page came from. */
export function dialer(url: string, protocol: string): Dial {
  return () => new WebSocket(url, protocol) as unknown as Wire;
}
