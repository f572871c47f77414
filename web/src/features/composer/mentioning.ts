/** `@` in the composer: who could be meant, what stands in the text, who is mentioned by it. */
import { type Id, LIMITS, type User } from "@/wire/types";

/** What is being written after an `@`: text[from, caret) is `@` and the query. */
export interface Asked {
  readonly from: number;
  readonly query: string;
}

/** The mention that is being written at the caret, if one is. */
export function asked(text: string, caret: number): Asked | null {
  const before = text.slice(Math.max(0, caret - LIMITS.NAME_CHARS), caret);
  const match = /(?<![\p{L}\p{N}_.@])@([\p{L}\p{N}\p{M}._-]*)$/u.exec(before);
  return match ? { from: caret - match[0].length, query: match[1]! } : null;
}

const MOST = 8;

/** Whom the query may mean: by the beginning of the handle, the name, or a part of the name. */
export function candidates(members: readonly User[], query: string): User[] {
  const wanted = folded(query);
  const rank = (user: User): number => {
    if (folded(user.handle).startsWith(wanted)) return 0;
    const name = folded(user.name);
    if (name.startsWith(wanted)) return 1;
    return name.split(/[\s-]+/u).some((part) => part.startsWith(wanted)) ? 2 : 3;
  };
  return members
    .map((user) => ({ user, rank: wanted === "" ? 0 : rank(user) }))
    .filter((it) => it.rank < 3)
    .sort((one, other) => one.rank - other.rank || one.user.name.localeCompare(other.user.name))
    .slice(0, MOST)
    .map((it) => it.user);
}

/** Without case and accents. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The text with the mention written out, and the caret behind it. */
export function completed(text: string, at: Asked, user: User): readonly [string, number] {
  const after = text.slice(at.from + 1 + at.query.length);
  const written = `@${user.handle} `;
  return [text.slice(0, at.from) + written + after.replace(/^ /, ""), at.from + written.length];
}

/** Who is mentioned: `handles` are those of the members, and of whom was chosen from the list. */
export function mentionedIn(text: string, handles: ReadonlyMap<string, Id>): Id[] {
  const users = new Set<Id>();
  for (const match of text.matchAll(/(?<![\p{L}\p{N}_@.])@([a-z0-9][a-z0-9._]*)/giu)) {
    const user = handles.get(match[1]!.replace(/\.+$/, "").toLowerCase());
    if (user !== undefined) users.add(user);
  }
  return [...users].slice(0, LIMITS.MENTIONS);
}
