/** The rules of handles and passwords, and what to say to those who do not keep them. */
import i18next from "i18next";
import { LIMITS } from "@/wire/types";

const HANDLE = /^[a-z0-9][a-z0-9._]*$/;

/** As it is typed: handles have no capitals and no spaces. */
export function cleanHandle(typed: string): string {
  return typed.toLowerCase().replace(/^@/, "").replace(/\s/g, "");
}

/** What keeps it from being a handle, in words; '' if nothing does. */
export function handleFault(handle: string): string {
  if (!handle) return i18next.t("app:handleMissing");
  if (!HANDLE.test(handle)) return i18next.t("app:handleShape");
  const least = LIMITS.HANDLE_CHARS_MIN;
  return handle.length < least ? i18next.t("app:handleShort", { least }) : "";
}

/** What keeps it from being a password, in words; '' if nothing that this page can know. */
export function passwordFault(password: string): string {
  if (!password) return i18next.t("app:passwordMissing");
  const count = LIMITS.PASSWORD_CHARS_MIN - password.length;
  return count > 0 ? i18next.t("app:passwordShort", { count }) : "";
}
