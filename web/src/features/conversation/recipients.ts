/** How the recipients of a message stand in its info. */
import type { Person } from "@/wire/types";

export type Group = "read" | "delivered" | "waiting" | "failed";

const ORDER: readonly Group[] = ["read", "delivered", "waiting", "failed"];

/** Groups that hold somebody; in each the newest first. */
export function grouped(people: readonly Person[]): [Group, Person[]][] {
  const groups = new Map<Group, Person[]>(ORDER.map((group) => [group, []]));
  for (const person of people) groups.get(groupOf(person))!.push(person);
  for (const members of groups.values()) members.sort((one, other) => when(other) - when(one));
  return [...groups].filter(([, members]) => members.length > 0);
}

function groupOf(person: Person): Group {
  if (person.read_at) return "read";
  if (person.delivered_at) return "delivered";
  return person.failed ? "failed" : "waiting";
}

function when(person: Person): number {
  return person.read_at || person.delivered_at || person.failed_at || 0;
}
