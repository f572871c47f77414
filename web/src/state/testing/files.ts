/** The server's side of uploads for tests: it takes files, and lets each go as far as it is told. */
import type { CarryDuties, Carrier, Parcel } from "@/net/carrier";
import { Lost } from "@/net/socket";
import type { File as StoredFile, Id, Upload } from "@/wire/types";

/** One attempt to bring a file. */
export interface Attempt {
  readonly parcel: Parcel;
  readonly content: Blob;
  /** The upload it goes on with. */
  readonly known: Id | undefined;
  readonly duties: CarryDuties;
  readonly settle: (result: Upload | Error) => void;
}

export class TestFiles {
  /** All attempts so far, and those under way. */
  readonly attempts: Attempt[] = [];
  readonly under: Attempt[] = [];
  readonly terminated: Id[] = [];

  readonly carry: Carrier = (content, parcel, known, duties, signal) =>
    new Promise((resolve, reject) => {
      const settle = (result: Upload | Error): void => {
        this.under.splice(this.under.indexOf(attempt), 1);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const attempt = { parcel, content, known, duties, settle };
      this.attempts.push(attempt);
      this.under.push(attempt);
      signal.addEventListener("abort", () => settle(new Lost("called off")));
      duties.begun(known ?? uploadOf(parcel.name));
    });

  readonly terminate = (upload: Id): void => {
    this.terminated.push(upload);
  };

  /** The attempt under way with the file of this name. */
  of(name: string): Attempt {
    const found = this.under.find(({ parcel }) => parcel.name === name);
    if (!found) throw new Error(`${name} is not on its way`);
    return found;
  }

  get names(): string[] {
    return this.under.map(({ parcel }) => parcel.name);
  }

  /** All of it is there, and good. */
  finish(name: string): void {
    const { parcel, content, settle } = this.of(name);
    settle({ ...state(name, content.size), state: "ready", file: stored(parcel, content.size) });
  }

  /** All of it is there, and is not what it should be. */
  refuse(name: string, error: NonNullable<Upload["error"]>): void {
    const { content, settle } = this.of(name);
    settle({ ...state(name, content.size), state: "refused", error });
  }
}

export function uploadOf(name: string): Id {
  return `upload-of-${name}`;
}

function state(name: string, size: number): Omit<Upload, "state"> {
  return { id: uploadOf(name), received: size, size, expires_at: 9e12 };
}

function stored({ name, kind, type }: Parcel, size: number): StoredFile {
  return { id: uploadOf(name), kind: kind as StoredFile["kind"], name, type, size };
}
