/** The parts of group info: each has an address, so that the way back is the browser's. */
export type View = "add" | "link" | "settings" | "requests";
