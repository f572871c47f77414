/**
 * Frames as text. Writing is plain JSON; reading is lenient as the protocol demands: what is not
 * known is passed over, an event of an unknown kind keeps its seq as a `void`, and a frame that
 * makes no sense at all is dropped, for a session must outlive it.
 */
import { answerShape, pushShape } from "./shapes";
import type { Command, ErrorCode, Push, Request, RequestError } from "./types";

/** What came in. */
export type Incoming =
  | { readonly kind: "push"; readonly push: Push }
  | { readonly kind: "answer"; readonly reply: number; readonly ok: unknown }
  | { readonly kind: "refusal"; readonly reply: number; readonly error: RequestError };

/** A request as the server reads it. Without an id it is not answered. */
export function encode(command: Command, id?: number): string {
  const frame: Request = id ? { do: command, id } : { do: command };
  return JSON.stringify(frame);
}

/** A frame of the server; null if there is nothing in it that this version can read. */
export function decode(text: string): Incoming | null {
  const frame = parsed(text);
  if (!isObject(frame)) return null;
  if (isObject(frame["push"])) {
    const push = pushShape(frame["push"]);
    return push === null ? null : { kind: "push", push };
  }
  const reply = frame["reply"];
  if (typeof reply !== "number" || !Number.isSafeInteger(reply)) return null;
  if (isObject(frame["error"])) return { kind: "refusal", reply, error: refusal(frame["error"]) };
  return { kind: "answer", reply, ok: frame["ok"] ?? {} };
}

/** The `ok` of an answer to `command`; null if it is not what the command promises. */
export function readAnswer(command: Command["type"], ok: unknown): unknown {
  return answerShape(command, ok);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(error: Record<string, unknown>): RequestError {
  const wait = error["retry_after"];
  return {
    // A code that is new to this version passes as it is.
    code: typeof error["code"] === "string" ? (error["code"] as ErrorCode) : "internal",
    text: typeof error["text"] === "string" ? error["text"] : "",
    retry: error["retry"] === true,
    retry_after: typeof wait === "number" && wait > 0 ? wait : 0,
    field: typeof error["field"] === "string" ? error["field"] : "",
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
