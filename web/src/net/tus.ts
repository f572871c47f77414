/** Bytes to the server by tus 1.0 (https://tus.io/protocols/resumable-upload), in checked chunks. */
import { Upload, type DetailedError, type UploadOptions } from "tus-js-client";
import { Gone, Unreadable, type CarryDuties, type Parcel } from "./carrier";
import { refusal } from "./http";
import { Lost } from "./socket";

const ENDPOINT = "/api/uploads";
const CHUNK = 8 * 2 ** 20;
/** Nothing moved for so long: the connection is one in name only. */
const STALLED_MS = 30_000;

/** Resolves with the upload's id once the server has every byte. */
export function push(
  file: Blob,
  parcel: Parcel,
  known: string | undefined,
  duties: CarryDuties,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const watch = new Watch(() => fail(new Lost("stalled")));
    const sums = new WeakMap<object, string>();
    let sum = "";
    const upload = new Upload(file, {
      ...(known === undefined ? { endpoint: ENDPOINT } : { uploadUrl: `${ENDPOINT}/${known}` }),
      metadata: { filename: parcel.name, filetype: parcel.type, kind: parcel.kind },
      chunkSize: CHUNK,
      // Attempts are counted, and uploads remembered, by who calls.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fileReader: { openFile: () => Promise.resolve(chunks(file, (made) => (sum = made))) },
      onBeforeRequest: (request) => {
        watch.stir();
        if (request.getMethod() !== "PATCH" || sum === "" || sums.has(request)) return;
        sums.set(request, sum);
        request.setHeader("Upload-Checksum", `sha256 ${sum}`);
      },
      onUploadUrlAvailable: () => duties.begun(idOf(upload)),
      onProgress: (sent) => {
        watch.stir();
        duties.sent(sent);
      },
      onSuccess: () => end(() => resolve(idOf(upload))),
      onError: (error) => fail(reason(error, known !== undefined)),
    });
    const end = (how: () => void): void => {
      watch.end();
      signal.removeEventListener("abort", abort);
      how();
    };
    const fail = (error: Error): void => {
      end(() => reject(error));
      void upload.abort();
    };
    const abort = (): void => fail(new Lost("called off"));
    if (signal.aborted) abort();
    else {
      signal.addEventListener("abort", abort);
      upload.start();
    }
  });
}

function idOf(upload: Upload): string {
  return upload.url?.split("/").pop() ?? "";
}

/** The file piece by piece; `summed` is told the SHA-256 of the piece that goes out next. */
function chunks(file: Blob, summed: (base64: string) => void) {
  return {
    size: file.size,
    close: () => undefined,
    slice: async (start: number, end: number) => {
      const bytes = await file
        .slice(start, end)
        .arrayBuffer()
        .catch(() => {
          throw new Unreadable();
        });
      summed(await digest(bytes));
      return { value: new Blob([bytes]), done: end >= file.size };
    },
  } satisfies Awaited<ReturnType<NonNullable<UploadOptions["fileReader"]>["openFile"]>>;
}

/** "" on pages that are not served safely: there the browser has no such means. */
async function digest(bytes: ArrayBuffer): Promise<string> {
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return "";
  return btoa(String.fromCharCode(...new Uint8Array(await subtle.digest("SHA-256", bytes))));
}

function reason(error: Error | DetailedError, resumed: boolean): Error {
  const { originalResponse: answer = null, causingError: cause = null } =
    error as Partial<DetailedError>;
  if (cause instanceof Unreadable || error instanceof Unreadable) return new Unreadable();
  const status = answer?.getStatus() ?? 0;
  if (answer === null || status === 0) return new Lost("no network");
  // What another attempt mends: the offset is another one, the bytes were damaged on the way.
  if (status === 409 || status === 423 || status === 460) return new Lost(`answered ${status}`);
  if (resumed && (status === 404 || status === 410)) return new Gone();
  return refusal(status, parsed(answer.getBody()));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Rings when nothing stirred for too long. */
class Watch {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private over = false;

  constructor(private readonly ring: () => void) {}

  stir(): void {
    clearTimeout(this.timer);
    if (!this.over) this.timer = setTimeout(this.ring, STALLED_MS);
  }

  end(): void {
    this.over = true;
    clearTimeout(this.timer);
  }
}
