/** What is asked over HTTP: signing in and out, who the server is, how an upload stands. */
import type { RequestError, Server, SignedIn, SignIn, SignUp, Upload } from "@/wire/types";
import { Lost, Refused } from "./socket";

const WITHIN_MS = 20_000;

/** Whose session the cookie stands for. */
export interface Session {
  readonly user: string;
  readonly device: string;
}

export const http = {
  server: () => call<Server>("GET", "server"),
  signUp: (form: SignUp) => call<SignedIn>("POST", "sign-up", form),
  signIn: (form: SignIn) => call<SignedIn>("POST", "sign-in", form),
  signOut: () => call<unknown>("POST", "sign-out", {}),
  /** Null if there is no cookie, or it is void. */
  session: async (): Promise<Session | null> => {
    const { user = "", device = "" } = await call<Partial<Session>>("GET", "session");
    return user ? { user, device } : null;
  },
  /** How an upload stands; the answer waits up to `wait` seconds for the end of the checking. */
  upload: (id: string, wait: number) =>
    call<Upload>("GET", `uploads/${id}`, undefined, { prefer: `wait=${wait}` }),
  /** The most that the server takes of one file, in bytes (tus: `Tus-Max-Size`). */
  fileLimit: async (): Promise<number> => {
    const { headers } = await reached("/api/uploads", { method: "OPTIONS" });
    return Number(headers.get("tus-max-size") ?? Infinity);
  },
  /** Throw an upload away. */
  endUpload: (id: string) =>
    call<unknown>("DELETE", `uploads/${id}`, undefined, { "tus-resumable": "1.0.0" }),
};

/** Throws `Refused`, or `Lost` where there is no answer to be had. */
async function call<T>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    init.headers = { ...headers, "content-type": "application/json" };
    init.body = JSON.stringify(body);
  }
  const answer = await reached(`/api/${path}`, init);
  if (answer.status === 204) return undefined as T;
  const read: unknown = await answer.json().catch(() => null);
  if (answer.ok && read !== null) return read as T;
  throw refusal(answer.status, read);
}

async function reached(path: string, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(WITHIN_MS);
  try {
    return await fetch(path, { credentials: "same-origin", cache: "no-store", signal, ...init });
  } catch {
    throw new Lost("no network");
  }
}

/** What an answer that is none of success means. */
export function refusal(status: number, read: unknown): Refused {
  return new Refused(isError(read) ? read : unreadable(status));
}

function isError(value: unknown): value is RequestError {
  return typeof value === "object" && value !== null && "code" in value;
}

/** What stands between us and the server (a proxy) speaks for itself. */
function unreadable(status: number): RequestError {
  const retry = status >= 500 || status === 429;
  return { code: retry ? "unavailable" : "internal", text: "", retry };
}
