/** What went wrong, in a sentence that a person understands, with a way on. */
import i18next from "i18next";
import { Refusal } from "@/state/contract";
import type { ErrorCode } from "@/wire/types";
import { duration } from "./time";

/** A code of the closed catalogue, or one of this device's own. */
export type FailureCode = ErrorCode | "file_gone" | "offline";

function isKnown(code: string): code is FailureCode {
  return i18next.exists(`errors:${code}`);
}

/** `retryAfter`: milliseconds to wait, told where it is known. */
export function errorText(code: string, retryAfter = 0): string {
  if (code === "rate_limited" && retryAfter > 0) {
    return i18next.t("errors:rate_limited_wait", { wait: duration(retryAfter) });
  }
  return isKnown(code) ? i18next.t(`errors:${code}`) : i18next.t("errors:internal");
}

/** The same for whatever was thrown. */
export function refusalText(error: unknown): string {
  return error instanceof Refusal ? errorText(error.code, error.retryAfter) : errorText("internal");
}
