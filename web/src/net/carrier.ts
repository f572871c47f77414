/** The port behind which files go up to the server: one call is one attempt. */
import type { Upload } from "@/wire/types";

/** What the server is told of a file. */
export interface Parcel {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
}

export interface CarryDuties {
  /** The upload has an id by now: by it another attempt goes on where this one ended. */
  begun(upload: string): void;
  /** Bytes that are there. */
  sent(bytes: number): void;
  /** All are there; the server looks at them. */
  checking(): void;
}

/**
 * Resolves with an upload that is `ready` or `refused`. Rejects with `Refused` (the server's
 * word), `Lost` (no answer, or none in time: worth another attempt), `Gone` or `Unreadable`.
 */
export type Carrier = (
  file: Blob,
  parcel: Parcel,
  /** The upload to go on with. */
  known: string | undefined,
  duties: CarryDuties,
  signal: AbortSignal,
) => Promise<Upload>;

/** The server does not know this upload any more: it has to begin anew. */
export class Gone extends Error {}

/** The file cannot be read: it was moved, changed or deleted, or permission ended. */
export class Unreadable extends Error {}
