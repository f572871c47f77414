/**
 * Messages on their way: an ordered queue for each chat, in the leading tab.
 *
 * An entry leaves when the server has accepted it, or waits as failed for the person to retry or
 * discard it. After a reconnect or a restart it is sent again with the same client id, so that it
 * stands in the log exactly once. Chats do not wait for each other; within a chat the next message
 * goes out when the one before is answered. One whose file is still on its way keeps those behind it
 * back for a moment only: what takes longer is overtaken, and goes out once it is complete.
 */
import type { Clock } from "@/net/clock";
import { Refused, type Socket } from "@/net/socket";
import type { Accepted, File as StoredFile, Id, RequestError, SendCommand } from "@/wire/types";
import type { Attached, Pending, PendingError } from "../model";
import { byOrder } from "../patch";

/** Messages that may wait on one device. */
export const OUTBOX_LIMIT = 1_000;

const WINDOW = 64;
const LOW_MS = 500;
const HIGH_MS = 30_000;
const ANSWER_MS = 20_000;
// `internal` may be the message's own fault: after so many, it makes room for the next one.
const INTERNAL_ATTEMPTS = 8;
/**
 * So long a message waits for a file before it: a picture and the remark on it arrive in their
 * order, and a film keeps nobody from talking.
 */
const FILE_MS = 10_000;

/** The entries of a chat that wait, oldest first. */
interface Lane {
  readonly entries: Map<string, Pending>;
  flying: string | null;
  attempts: number;
  held: (() => void) | null;
  /** Calls off the look at what waits for a file. */
  patience: (() => void) | null;
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
  private attachedAt = 0;

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

  get(clientId: string): Pending | undefined {
    return this.entries.get(clientId);
  }

  /** Send a failed message again, behind what waits now; its file `as` another kind. */
  retry(clientId: string, order: number, as?: Attached["kind"]): void {
    const entry = this.entries.get(clientId);
    if (entry?.status !== "failed") return;
    this.entries.delete(clientId);
    const again: Pending = { ...anew(entry, as), order, status: "waiting" };
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

  /** The upload of a message's file has an id by now; null: it has to begin anew. */
  begun(clientId: string, upload: Id | null): void {
    const entry = this.entries.get(clientId);
    if (!entry?.attached) return;
    const attached = without(entry.attached, "upload");
    this.amend({ ...entry, attached: upload === null ? attached : { ...attached, upload } });
  }

  /** The server has the file: the message may go. */
  ready(clientId: string, file: StoredFile): void {
    const entry = this.entries.get(clientId);
    if (!entry) return;
    this.amend({ ...entry, body: { ...entry.body, file } });
    this.pump();
  }

  /** The file will not get there. */
  failed(clientId: string, error: PendingError): void {
    const entry = this.entries.get(clientId);
    if (!entry) return;
    this.fail(entry, error);
    this.settle(entry.chat);
  }

  /** Nothing is taken there any more: do not bring files to a closed door. */
  bar(chat: Id, code: PendingError["code"]): void {
    for (const entry of [...(this.lanes.get(chat)?.entries.values() ?? [])]) {
      if (entry.attached && !entry.body.file) {
        this.failed(entry.clientId, { code, text: "" });
      }
    }
  }

  /** Send over this socket from now on, beginning with what was not answered. */
  attach(socket: Socket | null): void {
    this.socket = socket;
    this.flying = 0;
    this.attachedAt = this.clock.now();
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
      if (lane.flying !== null || lane.held) continue;
      const entry = this.next(lane);
      if (!entry) continue;
      lane.flying = entry.clientId;
      this.flying += 1;
      void this.fly(socket, entry);
    }
  }

  /** The one to send now: the first, but for those whose file took too long. */
  private next(lane: Lane): Pending | undefined {
    lane.patience?.();
    lane.patience = null;
    const slow = new Set<string>();
    for (const entry of lane.entries.values()) {
      const { attached, body } = entry;
      if (attached && !body.file) {
        slow.add(attached.batch);
        continue;
      }
      if (attached && slow.has(attached.batch)) continue;
      const left = Math.max(entry.at, this.attachedAt) + FILE_MS - this.clock.now();
      if (!slow.size || left <= 0) return entry;
      lane.patience = this.clock.after(left, () => this.pump());
      return undefined;
    }
    return undefined;
  }

  private async fly(socket: Socket, entry: Pending): Promise<void> {
    const { chat, clientId } = entry;
    let result: Accepted | RequestError;
    try {
      result = await socket.request(command(entry), ANSWER_MS);
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
    this.fail(entry, error);
  }

  /** The red mark; the message makes room for the next one. */
  private fail(entry: Pending, error: PendingError): void {
    this.lanes.get(entry.chat)?.entries.delete(entry.clientId);
    const failed: Pending = { ...plain(entry), status: "failed", error };
    this.entries.set(entry.clientId, failed);
    this.duties.changed(failed);
  }

  /** The same message, with more known of it: its place stays. */
  private amend(entry: Pending): void {
    this.entries.set(entry.clientId, entry);
    const lane = this.lanes.get(entry.chat);
    if (lane?.entries.has(entry.clientId)) lane.entries.set(entry.clientId, entry);
    this.duties.changed(entry);
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
    if (lane && !lane.entries.size && !lane.held) {
      lane.patience?.();
      this.lanes.delete(chat);
    }
    this.pump();
  }
}

function emptyLane(): Lane {
  return { entries: new Map(), flying: null, attempts: 0, held: null, patience: null };
}

/** As it was written, without what became of it. */
function plain(entry: Pending): Pending {
  return without(entry, "error", "retryAt");
}

function without<T extends object, K extends keyof T>(value: T, ...names: K[]): Omit<T, K> {
  const kept = { ...value };
  for (const name of names) Reflect.deleteProperty(kept, name);
  return kept;
}

/** To be tried again: a file that was refused, or is not there any more, is uploaded once more. */
function anew(entry: Pending, as?: Attached["kind"]): Pending {
  const { attached, error } = entry;
  const written = plain(entry);
  if (!attached) return written;
  const whole = without(attached, "upload");
  const { file, ...body } = entry.body;
  const there = file && as === undefined && error?.code !== "no_such_file";
  return {
    ...written,
    body: there ? entry.body : body,
    attached: as ? { ...whole, kind: as } : whole,
  };
}

/** A file goes by its id: what is told of it is the server's to say. */
function command({ chat, clientId, body: { file, ...body } }: Pending): SendCommand {
  return { type: "send", chat, client_id: clientId, body, ...(file && { file: file.id }) };
}
