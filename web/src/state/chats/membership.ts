/**
 * What a service event does to a chat: group info, role and stays. That oneself enters is not
 * among them: only a head can say from which seq on one sees the log.
 */
import type { ChatEvent, GroupInfo, Id, Mine } from "@/wire/types";

/** The values that service events change. */
export interface Standing {
  readonly group?: GroupInfo;
  readonly mine: Mine;
}

/** Whether the last stay lasts. */
export function present(mine: Mine): boolean {
  return mine.stays[mine.stays.length - 1]?.[1] === 0;
}

/** Why nothing of one's own is taken: the code with which the server would refuse it. */
export type Closed = "not_a_member" | "not_allowed" | "blocked_by_you";

/** Whether one may not send there, by one's stay, one's role and whom one has blocked. */
export function closed(
  { mine, group, peer }: Standing & { readonly peer?: Id },
  blocked: readonly Id[] = [],
): Closed | null {
  if (!present(mine)) return "not_a_member";
  if (group?.send === "admins" && mine.role !== "admin") return "not_allowed";
  return peer !== undefined && blocked.includes(peer) ? "blocked_by_you" : null;
}

/** `chat` after the event; the same value if it changes nothing. */
export function applied<T extends Standing>(chat: T, event: ChatEvent, me: Id): T {
  const { body } = event;
  switch (body.kind) {
    case "added":
      return counted(chat, body.users.length);
    case "joined":
      return counted(chat, 1);
    case "left":
      return gone(chat, event, event.sender === me);
    case "removed":
      return gone(chat, event, body.user === me);
    case "role":
      return body.user === me ? { ...chat, mine: { ...chat.mine, role: body.role } } : chat;
    case "changed": {
      if (!chat.group) return chat;
      const group: GroupInfo = {
        ...chat.group,
        ...body.settings,
        ...(body.title === undefined ? {} : { title: body.title }),
        ...(body.description === undefined ? {} : { description: body.description }),
        ...(body.avatar === undefined ? {} : { avatar: body.avatar }),
      };
      return { ...chat, group };
    }
    default:
      return chat;
  }
}

/** Whether `user` becomes a member by this event. */
export function enters({ body, sender }: ChatEvent, user: Id): boolean {
  switch (body.kind) {
    case "created":
      return sender === user || body.members.includes(user);
    case "added":
      return body.users.includes(user);
    case "joined":
      return sender === user;
    default:
      return false;
  }
}

/** Whether `user` comes or goes by this event: only a head says what that means for them. */
export function moves(event: ChatEvent, user: Id): boolean {
  const { body, sender } = event;
  if (body.kind === "left") return sender === user;
  return body.kind === "removed" ? body.user === user : enters(event, user);
}

/** Everybody whom an event names. */
export function people({ body, sender }: ChatEvent): readonly Id[] {
  const who = sender ? [sender] : [];
  switch (body.kind) {
    case "created":
      return [...who, ...body.members];
    case "added":
      return [...who, ...body.users];
    case "removed":
    case "role":
      return [...who, body.user];
    case "joined":
      return body.approved_by === undefined ? who : [...who, body.approved_by];
    case "message":
      return body.mentions ? [...who, ...body.mentions] : who;
    default:
      return who;
  }
}

function gone<T extends Standing>(chat: T, event: ChatEvent, myself: boolean): T {
  const left = counted(chat, -1);
  const { mine } = left;
  const stay = mine.stays[mine.stays.length - 1];
  if (!myself || stay?.[1] !== 0) return left;
  const stays = [...mine.stays.slice(0, -1), [stay[0], event.seq + 1] as const];
  return { ...left, mine: { ...mine, role: "member", stays } };
}

function counted<T extends Standing>(chat: T, by: number): T {
  if (!chat.group) return chat;
  const members = Math.max(0, (chat.group.members ?? 0) + by);
  return { ...chat, group: { ...chat.group, members } };
}
