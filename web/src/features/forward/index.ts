/** A file goes on to other chats. */
export { Forward, type ForwardProps } from "./Forward";
