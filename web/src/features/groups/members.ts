/** Members in the order in which one looks for them. Pure. */
import type { Id, Member, User } from "@/wire/types";
import { byName, found, nameOf, type People } from "@/words";

/** A member as the list shows one. */
export interface Shown {
  readonly id: Id;
  readonly name: string;
  readonly handle: string;
  readonly kind: User["kind"];
  readonly admin: boolean;
  readonly left: boolean;
}

/** Oneself, then admins, then all others by name; and those who were here once. */
export function membersShown(
  state: People,
  members: readonly Member[],
  wanted: readonly string[],
): { readonly here: readonly Shown[]; readonly past: readonly Shown[] } {
  const place = placesByName(state, members);
  const shown = members
    .map((member) => described(state, member))
    .filter((it) => found(`${it.name} @${it.handle}`, wanted) !== null)
    .sort((one, other) => place.get(one.id)! - place.get(other.id)!);
  const rank = (it: Shown) => (it.id === state.user ? 0 : it.admin ? 1 : 2);
  return {
    here: shown.filter((it) => !it.left).sort((one, other) => rank(one) - rank(other)),
    past: shown.filter((it) => it.left),
  };
}

/** The one who becomes admin when this account leaves; null where none has to, or it is not sure. */
export function heirOf(me: Id, members: readonly Member[]): Id | null {
  const others = members.filter((it) => !it.left && it.user !== me);
  if (others.some((it) => it.role === "admin")) return null;
  const first = Math.min(...others.map((it) => it.since ?? 0));
  const eldest = others.filter((it) => (it.since ?? 0) === first);
  return eldest.length === 1 ? eldest[0]!.user : null;
}

function described(state: People, { user, role, left = false }: Member): Shown {
  const known = state.users.get(user);
  return {
    id: user,
    name: nameOf(state, user),
    handle: known?.handle ?? "",
    kind: known?.kind,
    admin: !left && role === "admin",
    left,
  };
}

function placesByName(state: People, members: readonly Member[]): ReadonlyMap<Id, number> {
  const users = members.map(
    ({ user }) => state.users.get(user) ?? { id: user, handle: "", name: nameOf(state, user) },
  );
  return new Map(byName(users).map((user, index) => [user.id, index]));
}
