/** A chat's messages: what `app` puts on the screen. */
export {
  Conversation,
  type ComposerHandle,
  type ComposerSlot,
  type ConversationProps,
} from "./Conversation";
export { MessageInfo, type MessageInfoProps } from "./MessageInfo";
