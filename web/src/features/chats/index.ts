/** The list of chats. */
export { ChatList, type ChatListProps } from "./ChatList";
