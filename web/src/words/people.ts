/** People in the order, and by the names, that a reader expects. */
import type { State } from "@/state";
import type { User } from "@/wire/types";
import { locale } from "./language";
import { userName } from "./names";
import { found } from "./search";

type Known = Pick<State, "user" | "users">;

/** Everybody known here who can be written to, by name; oneself is not among them. */
export function contacts(state: Known): readonly User[] {
  return byName([...state.users.values()].filter((it) => it.id !== state.user && !it.gone));
}

/** In the order of a telephone book of the reader's language. */
export function byName(users: readonly User[]): readonly User[] {
  const { compare } = new Intl.Collator(locale(), { sensitivity: "base", numeric: true });
  return users
    .map((user) => [userName(user), user] as const)
    .sort(([one], [other]) => compare(one, other))
    .map(([, user]) => user);
}

// Profiles are values: another name makes another object.
const called = new WeakMap<User, string>();

/** Whether name or handle answer to the terms of a query. */
export function answersTo(user: User, wanted: readonly string[]): boolean {
  const known = called.get(user);
  const text = known ?? `${userName(user)} @${user.handle}`;
  if (known === undefined) called.set(user, text);
  return found(text, wanted) !== null;
}

/**
 * Those of `known` who answer to the terms, and those whom the server found: whoever has exactly
 * this handle comes first.
 */
export function people(
  known: readonly User[],
  foundThere: readonly User[],
  wanted: readonly string[],
): readonly User[] {
  const here = known.filter((user) => answersTo(user, wanted));
  const all = [...new Map([...here, ...foundThere].map((user) => [user.id, user])).values()];
  const [handle] = wanted;
  const exact = wanted.length === 1 ? all.filter((user) => user.handle === handle) : [];
  return [...exact, ...all.filter((user) => !exact.includes(user))];
}
