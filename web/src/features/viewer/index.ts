/** One photo or video of a chat in front of everything, and the way to its neighbours. */
export { Viewer, type ViewerProps } from "./Viewer";
