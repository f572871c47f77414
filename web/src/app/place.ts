/** Where the page is: what each column shows, read off the path. */

/** What the list column shows. */
export type ListPlace = "chats" | "new" | "new-group" | "settings";

export interface Place {
  readonly list: ListPlace;
  /** The chat in the middle. */
  readonly chat?: string;
  /** Stand at this message of it. */
  readonly at?: number;
  /** The details of the chat are open. */
  readonly info?: boolean;
  /** Who received and read this message of it stands in the details. */
  readonly message?: number;
  /** The photo or video of this message of it is in front of everything. */
  readonly file?: number;
  /** What was shared in it stands in the details. */
  readonly gallery?: true;
  /** The settings' section in the middle. */
  readonly section?: string;
  /** A group's invitation in the middle. */
  readonly code?: string;
}

/** The column in front where there is room for one. */
export type Front = "list" | "main" | "details";

/** `search` as in `location.search`. Unknown paths are the list. */
export function placeOf(path: string, search: string): Place {
  const [first = "", second = "", third = "", fourth = ""] = path
    .split("/")
    .filter(Boolean)
    .map(decode);
  switch (first) {
    case "c":
      return second ? inChat(second, [third, fourth], search) : { list: "chats" };
    case "new":
      return { list: second === "group" ? "new-group" : "new" };
    case "settings":
      return { list: "settings", ...(second && { section: second }) };
    case "join":
      return { list: "chats", ...(second && { code: second }) };
    default:
      return { list: "chats" };
  }
}

function inChat(chat: string, [sub, seq]: readonly string[], search: string): Place {
  const at = Number(new URLSearchParams(search).get("at"));
  const file = Number(new URLSearchParams(search).get("file"));
  const message = sub === "message" ? Number(seq) : 0;
  return {
    list: "chats",
    chat,
    ...(Number.isSafeInteger(at) && at > 0 && { at }),
    ...(Number.isSafeInteger(file) && file > 0 && { file }),
    ...(sub === "info" && { info: true }),
    ...(sub === "gallery" && { info: true, gallery: true as const }),
    ...(Number.isSafeInteger(message) && message > 0 && { info: true, message }),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function frontOf(place: Place): Front {
  if (place.info) return "details";
  return place.chat || place.section || place.code ? "main" : "list";
}

/** The place that one comes to by closing this one; null where there is nothing to close. */
export function aboveOf({ list, chat, info, gallery, section, code }: Place): string | null {
  if (chat && gallery) return `/c/${encodeURIComponent(chat)}/info`;
  if (chat) return info ? `/c/${encodeURIComponent(chat)}` : "/";
  if (section) return "/settings";
  if (list === "new-group") return "/new";
  return list !== "chats" || code ? "/" : null;
}
