/**
 * Files on their way, in the leading tab: what the messages in the outbox wait for.
 *
 * Two go up at once, the oldest first. An attempt that ends without an answer is followed by
 * another, for as long as the message stays in the outbox; what the server refuses is told to the
 * outbox, which marks the message as failed.
 */
import { Backoff } from "@/net/backoff";
import { Gone, Unreadable, type Carrier } from "@/net/carrier";
import type { Clock } from "@/net/clock";
import { Refused } from "@/net/socket";
import type { File as StoredFile, Id, Upload } from "@/wire/types";
import type { Attached, Pending, PendingError, Progress } from "../model";
import { byOrder } from "../patch";
import { Pace } from "./pace";

const AT_ONCE = 2;
/** Between two tellings of how far a file is. */
const TELL_MS = 200;

export interface UploadsDuties {
  /** The content of a message's file, if this device has it. */
  file(clientId: string): Promise<Blob | null>;
  /** The server gave the upload an id; null: it forgot it. */
  begun(clientId: string, upload: Id | null): void;
  /** The message may go out. */
  ready(clientId: string, file: StoredFile): void;
  refused(clientId: string, error: PendingError): void;
  /** How far it is; null: on its way no more. */
  moved(clientId: string, progress: Progress | null): void;
  /** Throw away what the server has of it. */
  terminate(upload: Id): void;
}

interface Trip {
  entry: Pending;
  readonly backoff: Backoff;
  /** While an attempt is under way. */
  attempt: AbortController | null;
  /** Calls off the pause before the next one. */
  paused: (() => void) | null;
  progress: Progress;
  readonly pace: Pace;
  toldAt: number;
}

export class Uploads {
  private readonly trips = new Map<string, Trip>();
  private stopped = false;

  constructor(
    private readonly carrier: Carrier,
    private readonly clock: Clock,
    private readonly duties: UploadsDuties,
    private readonly random: () => number = Math.random,
  ) {}

  /** The entry is new or different: see whether there is something to bring. */
  follow(entry: Pending): void {
    const { clientId, attached, body, status } = entry;
    const trip = this.trips.get(clientId);
    if (!attached || body.file || status === "failed") {
      if (trip) this.end(trip);
    } else if (trip) trip.entry = entry;
    else {
      this.trips.set(clientId, this.trip(entry, attached));
      this.pump();
    }
  }

  /** The message left the outbox: sent, or taken back. */
  leave(entry: Pending): void {
    const trip = this.trips.get(entry.clientId);
    if (!trip) return;
    const { upload } = trip.entry.attached!;
    this.end(trip);
    if (upload !== undefined) this.duties.terminate(upload);
  }

  /** The server can be reached again: do not wait out the pauses. */
  hurry(): void {
    for (const trip of this.trips.values()) {
      trip.paused?.();
      trip.paused = null;
      trip.backoff.reset();
    }
    this.pump();
  }

  /** Another tab goes on, or none. */
  stop(): void {
    this.stopped = true;
    for (const trip of this.trips.values()) this.halt(trip);
    this.trips.clear();
  }

  /** How far all of them are. */
  get all(): readonly (readonly [string, Progress])[] {
    return [...this.trips].map(([clientId, { progress }]) => [clientId, progress] as const);
  }

  // --- inside ------------------------------------------------------------------------------------

  private trip(entry: Pending, { size }: Attached): Trip {
    return {
      entry,
      backoff: new Backoff(this.random),
      attempt: null,
      paused: null,
      progress: { status: "waiting", sent: 0, size, speed: 0 },
      pace: new Pace(),
      toldAt: -Infinity,
    };
  }

  private pump(): void {
    if (this.stopped) return;
    const trips = [...this.trips.values()].sort((a, b) => byOrder(a.entry, b.entry));
    let free = AT_ONCE - trips.filter((trip) => trip.attempt).length;
    for (const trip of trips) {
      if (free <= 0) return;
      if (trip.attempt || trip.paused) continue;
      trip.attempt = new AbortController();
      free -= 1;
      void this.attempt(trip, trip.attempt);
    }
  }

  private async attempt(trip: Trip, attempt: AbortController): Promise<void> {
    // Aborted while it waits: another one has taken its place, or none.
    const ended = (): boolean => trip.attempt !== attempt;
    try {
      const upload = await this.bring(trip, attempt.signal);
      if (ended()) return;
      trip.attempt = null;
      this.arrived(trip, upload);
    } catch (error) {
      if (ended()) return;
      trip.attempt = null;
      this.failed(trip, error);
    }
    this.pump();
  }

  private async bring(trip: Trip, signal: AbortSignal): Promise<Upload> {
    const file = await this.duties.file(trip.entry.clientId);
    if (!file) throw new Unreadable();
    const { name, type, kind, upload } = trip.entry.attached!;
    return this.carrier(file, { name, type, kind }, upload, this.hears(trip), signal);
  }

  private arrived(trip: Trip, { file, error }: Upload): void {
    if (!file) {
      this.refuse(trip, error ?? { code: "internal", text: "" });
      return;
    }
    this.end(trip);
    this.duties.ready(trip.entry.clientId, file);
  }

  private hears(trip: Trip) {
    const { clientId } = trip.entry;
    const current = trip.attempt!;
    const now = (doing: () => void): void => {
      if (trip.attempt === current) doing();
    };
    return {
      begun: (upload: Id) =>
        now(() => {
          if (trip.entry.attached!.upload !== upload) this.duties.begun(clientId, upload);
        }),
      sent: (sent: number) =>
        now(() => {
          const speed = trip.pace.at(this.clock.now(), sent);
          if (sent > trip.progress.sent) trip.backoff.reset();
          const { size } = trip.progress;
          this.tell(trip, { status: "uploading", sent, size, speed });
        }),
      checking: () =>
        now(() => {
          const { size } = trip.progress;
          this.tell(trip, { status: "checking", sent: size, size, speed: 0 });
        }),
    };
  }

  private failed(trip: Trip, error: unknown): void {
    const { clientId } = trip.entry;
    if (error instanceof Unreadable) {
      this.refuse(trip, { code: "file_gone", text: "" });
      return;
    }
    if (error instanceof Refused && !error.retry && error.error.code !== "unauthenticated") {
      this.refuse(trip, error.error);
      return;
    }
    if (error instanceof Gone) this.duties.begun(clientId, null);
    const named = error instanceof Refused ? (error.error.retry_after ?? 0) : 0;
    const wait = named || trip.backoff.next();
    const retryAt = Math.round(this.clock.now() + wait);
    this.tell(trip, { ...trip.progress, status: "waiting", speed: 0, retryAt });
    trip.pace.rest();
    trip.paused = this.clock.after(wait, () => {
      trip.paused = null;
      this.pump();
    });
  }

  private halt(trip: Trip): void {
    trip.attempt?.abort();
    trip.attempt = null;
    trip.paused?.();
    trip.paused = null;
  }

  private refuse(trip: Trip, error: PendingError): void {
    this.end(trip);
    this.duties.refused(trip.entry.clientId, error);
  }

  /** At once when the status changes, else now and then. */
  private tell(trip: Trip, progress: Progress): void {
    const changed = progress.status !== trip.progress.status;
    trip.progress = progress;
    const now = this.clock.now();
    if (!changed && now - trip.toldAt < TELL_MS) return;
    trip.toldAt = now;
    this.duties.moved(trip.entry.clientId, progress);
  }

  private end(trip: Trip): void {
    const { clientId } = trip.entry;
    if (!this.trips.delete(clientId)) return;
    this.halt(trip);
    this.duties.moved(clientId, null);
    this.pump();
  }
}
