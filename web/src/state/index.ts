/** The front door of the state: all that screens may import. */
export type {
  AutoLoad,
  Attached,
  Chat,
  Draft,
  Link,
  Pending,
  Phase,
  Preferences,
  Presence,
  Progress,
  State,
  Tick,
  View,
} from "./model";
export { Refusal, type Client } from "./contract";
export { client, now, subscribe, useChinwag } from "./client";
export { useDeleted } from "./deleted";
export { newId } from "./ids";
export {
  blockedByMe,
  chatRows,
  directWith,
  failureOf,
  isAdmin,
  isMember,
  mayAdd,
  mayEdit,
  mayPost,
  mentioned,
  muted,
  tick,
  totalUnread,
  typingIn,
  unread,
  type ChatQuery,
} from "./selectors";
export { useShallow } from "zustand/react/shallow";
export { useFound, type Found } from "./found";
export { learnMembers, useMemberLists, useMembers, useMembersNow, type Members } from "./members";
export { useAsked, type Asked } from "./asked";
export { useLoaded } from "./loading";
export { player, trackOf, usePlaying, type Playing, type Track } from "./playing/player";
export { useLocalFile, type LocalFile } from "./local";
