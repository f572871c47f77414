/** What the entrance makes of what is typed and asked for. */
import { LIMITS } from "@/wire/types";

/** A handle out of a name: 'Zoë van Dijk' -> 'zoe.van.dijk'. '' if nothing of it can be used. */
export function suggestHandle(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const made = plain
    .replace(/ß/g, "ss")
    .replace(/[^a-z0-9]+/g, ".")
    .replace(/^\.+|\.+$/g, "")
    .slice(0, LIMITS.HANDLE_CHARS)
    .replace(/\.+$/, "");
  return made.length < LIMITS.HANDLE_CHARS_MIN ? "" : made;
}

/** The code of an invitation: people paste the whole link. */
export function codeOf(pasted: string): string {
  return pasted.trim().split("/").at(-1) ?? "";
}

/** Where to go after signing in: a place of this page and nowhere else. */
export function safeNext(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
