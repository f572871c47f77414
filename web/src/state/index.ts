/** The front door of the state: all that screens may import. */
export type {
  Chat,
  Draft,
  Link,
  Pending,
  Phase,
  Preferences,
  Presence,
  State,
  Tick,
  View,
} from "./model";
export { Refusal, type Client } from "./contract";

// From the modules that make them (names agreed on; see each):
//   useChinwag<T>(select: (state: State) => T): T       a hook; re-renders when the result changes
//   useShallow                                          from zustand, for selectors that make arrays
//   client: Client
//   newId(): string                                     a UUIDv7
//   chatRows(state, {filter, query}): readonly Chat[]   the list: pinned first, then newest
//   unread(chat): number                                by the server's numbers
//   mentioned(chat): boolean                            an unread message mentions me
//   muted(chat, now): boolean
//   tick(state, event | pending): Tick                  for own messages
//   failureOf(chat, seq): Failure | undefined           why there is a red mark
//   isMember(chat): boolean                             still in it (else history up to the end)
//   mayPost / mayEdit / mayAdd / isAdmin (state, chat): boolean
//   typingIn(state, chat, now): readonly Id[]
//   directWith(state, user): Chat | undefined
//   totalUnread(state): {chats: number, mentions: number}  not muted, for title and favicon
