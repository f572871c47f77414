/** What passes: who types or records, who is online. Comes only for what is watched, and is never stored. */
import type { Clock } from "@/net/clock";
import type { Id, Millis, PresencePush, TypingPush } from "@/wire/types";
import type { Busy, Presence } from "../model";

const TYPING_MS = 6_000;

export class Glimpses {
  readonly typing = new Map<Id, Map<Id, Busy>>();
  readonly presence = new Map<Id, Presence>();
  private readonly changedTyping = new Set<Id>();
  private readonly changedPresence = new Set<Id>();

  constructor(
    private readonly clock: Clock,
    private readonly changed: () => void,
  ) {}

  typed({ chat, user, active = true, doing = "typing" }: TypingPush): void {
    const users = new Map(this.typing.get(chat));
    if (active) {
      const until = this.clock.now() + TYPING_MS;
      users.set(user, { doing, until });
      this.clock.after(TYPING_MS, () => this.lapse(chat, user, until));
    } else users.delete(user);
    this.put(chat, users);
  }

  /** A message came: whoever wrote it does not type it any more. */
  wrote(chat: Id, user: Id): void {
    const users = new Map(this.typing.get(chat));
    if (users.delete(user)) this.put(chat, users);
  }

  present({ user, online = false, last_seen: lastSeen = 0 }: PresencePush): void {
    this.presence.set(user, { online, lastSeen });
    this.changedPresence.add(user);
    this.changed();
  }

  /** Nobody tells any more: nothing is known of anybody. */
  fade(): void {
    for (const user of this.presence.keys()) this.present({ type: "presence", user });
    for (const chat of [...this.typing.keys()]) this.put(chat, new Map());
  }

  take(): {
    typing: (readonly [Id, ReadonlyMap<Id, Busy>])[];
    presence: (readonly [Id, Presence])[];
  } {
    const typing = [...this.changedTyping].map(
      (chat) => [chat, this.typing.get(chat) ?? new Map<Id, Busy>()] as const,
    );
    const presence = [...this.changedPresence].map(
      (user) => [user, this.presence.get(user)!] as const,
    );
    this.changedTyping.clear();
    this.changedPresence.clear();
    return { typing, presence };
  }

  private lapse(chat: Id, user: Id, until: Millis): void {
    const users = new Map(this.typing.get(chat));
    if (users.get(user)?.until !== until) return;
    users.delete(user);
    this.put(chat, users);
  }

  private put(chat: Id, users: Map<Id, Busy>): void {
    if (users.size) this.typing.set(chat, users);
    else this.typing.delete(chat);
    this.changedTyping.add(chat);
    this.changed();
  }
}
