/**
 * Messages on their way: an ordered queue for each chat, in the leading tab.
 *
 * An entry leaves when the server has accepted it, or waits as failed for the person to retry or
 * discard it. After a reconnect or a restart it is sent again with the same client id, so that it
 * stands in the log exactly once. Chats do not wait for each other; within a chat the next message
 * goes out when the one before is answered.
 */
import type { Clock } from "@/net/clock";
import { Refused, type Socket } from "@/net/socket";
import type { Accepted, Id, RequestError } from "@/wire/types";
import type { Pending } from "../model";
import { byOrder } from "../patch";

/** Messages that may wait on one device. */
export const OUTBOX_LIMIT = 1_000;

const WINDOW = 64;
const LOW_MS = 500;
const HIGH_MS = 30_000;
const ANSWER_MS = 20_000;
// `internal` may be the message's own fault: after so many, it makes room for the next one.
const INTERNAL_ATTEMPTS = 8;

/** The entries of a chat that wait, oldest first. */
interface Lane {
  readonly entries: Map<string, Pending>;
  flying: string | null;
  attempts: number;
  held: (() => void) | null;
}

export interface OutboxDuties {
  /** The entry is new or different. */
  changed(entry: Pending): void;
  /** The entry left; `accepted` unless it was taken back. */
  left(entry: Pending, accepted: Accepted | null): void;
}

export class Outbox {
  private readonly entries = new Map<string, Pending>();
  private readonly lanes = new Map<Id, Lane>();
  private socket: Socket | null = null;
  private flying = 0;

  constructor(
    entries: readonly Pending[],
    private readonly clock: Clock,
    private readonly duties: OutboxDuties,
    private readonly random: () => number = Math.random,
  ) {
    for (const entry of [...entries].sort(byOrder)) this.take(entry);
  }

  get all(): readonly Pending[] {
    return [...this.entries.values()];
  }

  /** Queue what is durable already. A repeat changes nothing. */
  add(entry: Pending): void {
    if (this.entries.has(entry.clientId)) return;
    this.take(entry);
    this.duties.changed(entry);
    this.pump();
  }

  /** Send a failed message again, behind what waits now. */
  retry(clientId: string, order: number): void {
    const entry = this.entries.get(clientId);
    if (entry?.status !== "failed") return;
    const { chat, body, at } = entry;
    this.entries.delete(clientId);
    const again: Pending = { clientId, chat, body, at, order, status: "waiting" };
    this.take(again);
    this.duties.changed(again);
    this.pump();
  }

  /** Take a message back, unless it is with the server already. */
  discard(clientId: string): void {
    const entry = this.entries.get(clientId);
    if (!entry || this.lanes.get(entry.chat)?.flying === clientId) return;
    this.remove(entry);
    this.duties.left(entry, null);
    this.settle(entry.chat);
  }

  /** The log shows that the server has this message: its answer got lost on the way. */
  found(clientId: string): void {
    const entry = this.entries.get(clientId);
    if (!entry) return;
    this.land(entry);
    this.remove(entry);
    this.duties.left(entry, null);
    this.settle(entry.chat);
  }

  /** Send over this socket from now on, beginning with what was not answered. */
  attach(socket: Socket | null): void {
    this.socket = socket;
    this.flying = 0;
    for (const lane of this.lanes.values()) {
      lane.flying = null;
      lane.attempts = 0;
      lane.held?.();
      lane.held = null;
    }
    this.pump();
  }

  // --- inside ------------------------------------------------------------------------------------

  private take(entry: Pending): void {
    this.entries.set(entry.clientId, entry);
    if (entry.status === "failed") return;
    const lane = this.lanes.get(entry.chat) ?? emptyLane();
    lane.entries.set(entry.clientId, entry);
    this.lanes.set(entry.chat, lane);
  }

  private pump(): void {
    for (const lane of this.lanes.values()) {
      const { socket } = this;
      if (!socket || this.flying >= WINDOW) return;
      const entry = lane.entries.values().next().value;
      if (!entry || lane.flying !== null || lane.held) continue;
      lane.flying = entry.clientId;
      this.flying += 1;
      void this.fly(socket, entry);
    }
  }

  private async fly(socket: Socket, entry: Pending): Promise<void> {
    const { chat, clientId, body } = entry;
    let result: Accepted | RequestError;
    try {
      result = await socket.request({ type: "send", chat, client_id: clientId, body }, ANSWER_MS);
    } catch (error) {
      if (!(error instanceof Refused)) {
        // No answer: whether it arrived is not known, and only a new session can tell.
        if (socket === this.socket) socket.drop();
        return;
      }
      result = error.error;
    }
    // An older socket, or found in the log already.
    if (socket !== this.socket || this.lanes.get(chat)?.flying !== clientId) return;
    this.land(entry);
    if ("code" in result) {
      this.refused(entry, result);
    } else {
      this.lanes.get(chat)!.attempts = 0;
      this.remove(entry);
      this.duties.left(entry, result);
    }
    this.settle(chat);
  }

  private refused(entry: Pending, error: RequestError): void {
    const lane = this.lanes.get(entry.chat)!;
    lane.attempts += 1;
    const hopeless = error.code === "internal" && lane.attempts >= INTERNAL_ATTEMPTS;
    if (error.retry && !hopeless) {
      this.hold(lane, entry, error);
      return;
    }
    lane.attempts = 0;
    lane.entries.delete(entry.clientId);
    const { clientId, chat, body, at, order } = entry;
    const failed: Pending = { clientId, chat, body, at, order, status: "failed", error };
    this.entries.set(clientId, failed);
    this.duties.changed(failed);
  }

  /** Wait before the chat's next try: as long as the server says, else with full jitter. */
  private hold(lane: Lane, entry: Pending, error: RequestError): void {
    const ceiling = Math.min(HIGH_MS, LOW_MS * 2 ** Math.min(lane.attempts, 10));
    const wait = error.retry_after || this.random() * ceiling;
    const held: Pending = { ...entry, error, retryAt: Math.round(this.clock.now() + wait) };
    lane.entries.set(entry.clientId, held);
    this.entries.set(entry.clientId, held);
    lane.held = this.clock.after(wait, () => {
      lane.held = null;
      this.settle(entry.chat);
    });
    this.duties.changed(held);
  }

  private land(entry: Pending): void {
    const lane = this.lanes.get(entry.chat);
    if (lane?.flying !== entry.clientId) return;
    lane.flying = null;
    this.flying -= 1;
  }

  private remove(entry: Pending): void {
    this.entries.delete(entry.clientId);
    this.lanes.get(entry.chat)?.entries.delete(entry.clientId);
  }

  private settle(chat: Id): void {
    const lane = this.lanes.get(chat);
    if (lane && !lane.entries.size && !lane.held) this.lanes.delete(chat);
    this.pump();
  }
}

function emptyLane(): Lane {
  return { entries: new Map(), flying: null, attempts: 0, held: null };
}
