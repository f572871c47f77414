/**
 * What changed, as the leading tab tells it to all tabs. Pure: a tab's state is the fold of the
 * patches it was told, beginning with a whole one.
 */
import type { ChatEvent, Id, Seq, User } from "@/wire/types";
import type { Kept } from "./chats/kept";
import type { Busy, Pending, Presence, Progress, State } from "./model";

/** Values of which there is one. */
export type Single = Pick<
  State,
  "account" | "caughtUp" | "device" | "link" | "phase" | "pushKey" | "skew" | "storage" | "user"
>;

export interface Patch {
  /** Replaces all chats, users, messages in the outbox, uploads, presence and typing there were. */
  readonly whole?: boolean;
  readonly chats?: readonly Kept[];
  /** The chats, and the logs, there were are void; `chats` are those that are known again. */
  readonly forget?: boolean;
  readonly users?: readonly User[];
  /** New entries of logs, for who shows them. */
  readonly events?: readonly ChatEvent[];
  /** Messages that were deleted for everyone. */
  readonly blanked?: readonly (readonly [Id, Seq])[];
  readonly queued?: readonly Pending[];
  /** Client ids of messages that left the outbox. */
  readonly unqueued?: readonly string[];
  /** How far files are; null: not on their way. */
  readonly uploads?: readonly (readonly [string, Progress | null])[];
  readonly presence?: readonly (readonly [Id, Presence])[];
  /** chat -> user -> what they do; a chat that is named replaces what was known of it. */
  readonly typing?: readonly (readonly [Id, ReadonlyMap<Id, Busy>])[];
  readonly single?: Partial<Single>;
}

/** `state` after the patch. Parts that the patch does not name stay the same values. */
export function patched(state: State, patch: Patch): State {
  const fresh = patch.whole === true;
  return {
    ...state,
    ...patch.single,
    chats: merged(fresh || patch.forget ? NONE : state.chats, patch.chats, (chat) => chat.id),
    users: merged(fresh ? NONE : state.users, patch.users, (user) => user.id),
    outbox: queue(fresh ? [] : state.outbox, patch.queued, patch.unqueued),
    uploads: pairs(fresh ? NONE : state.uploads, patch.uploads),
    presence: pairs(fresh ? NONE : state.presence, patch.presence),
    typing: pairs(fresh ? NONE : state.typing, patch.typing, (users) => users.size === 0),
  };
}

/** The outbox with entries added, replaced and taken away, in the order of writing. */
export function queue(
  outbox: readonly Pending[],
  queued: readonly Pending[] = [],
  unqueued: readonly string[] = [],
): readonly Pending[] {
  if (!queued.length && !unqueued.length) return outbox;
  const entries = new Map(outbox.map((entry) => [entry.clientId, entry]));
  for (const entry of queued) entries.set(entry.clientId, entry);
  for (const clientId of unqueued) entries.delete(clientId);
  return [...entries.values()].sort(byOrder);
}

export function byOrder(a: Pending, b: Pending): number {
  return a.order - b.order || (a.clientId < b.clientId ? -1 : 1);
}

const NONE: ReadonlyMap<Id, never> = new Map<Id, never>();

function merged<T>(
  known: ReadonlyMap<Id, T>,
  given: readonly T[] = [],
  id: (value: T) => Id,
): ReadonlyMap<Id, T> {
  if (!given.length) return known;
  const next = new Map(known);
  for (const value of given) next.set(id(value), value);
  return next;
}

function pairs<T>(
  known: ReadonlyMap<Id, NonNullable<T>>,
  given: readonly (readonly [Id, T])[] = [],
  empty: (value: T) => boolean = () => false,
): ReadonlyMap<Id, NonNullable<T>> {
  if (!given.length) return known;
  const next = new Map(known);
  for (const [name, value] of given) {
    if (value === null || value === undefined || empty(value)) next.delete(name);
    else next.set(name, value);
  }
  return next;
}
