/** Groups: making one, what there is to know about one, and coming into one. */
export { GroupInfo, type GroupInfoProps } from "./GroupInfo";
export { JoinGroup, type JoinGroupProps } from "./JoinGroup";
export { NewGroup } from "./NewGroup";
