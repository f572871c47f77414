/** Photos and videos that came together stand together. */
import type { FileKind, Millis } from "@/wire/types";
import type { Item, MessageItem } from "./items";

/** Each within this of the one before. */
const APART: Millis = 60_000;

/**
 * Photos and videos in a row by one sender are one item: at least two, with nothing between. Only
 * the first may answer another message; words go with one of them at most, and stand below all.
 */
export function albums(items: readonly Item[]): Item[] {
  const made: Item[] = [];
  let open: MessageItem[] = [];
  const close = () => {
    if (open.length > 0) made.push(together(open));
    open = [];
  };
  for (const item of items) {
    if (item.kind !== "message" || !isMedia(item)) {
      close();
      made.push(item);
      continue;
    }
    if (open.length > 0 && !joins(item, open)) close();
    open.push(item);
  }
  close();
  return made;
}

function together(parts: readonly MessageItem[]): MessageItem {
  const [first, last] = [parts[0]!, parts.at(-1)!];
  // The key is the first one's: the album stays the same element while others join it.
  return parts.length === 1 ? first : { ...last, key: first.key, album: parts };
}

function joins(item: MessageItem, open: readonly MessageItem[]): boolean {
  const before = open.at(-1)!;
  if (item.sender !== before.sender || answers(item)) return false;
  if (captioned(item) && open.some(captioned)) return false;
  return Math.abs(item.at - before.at) <= APART;
}

function answers(item: MessageItem): boolean {
  const body = bodyOf(item);
  return body.kind === "message" && body.reply_to !== undefined;
}

function captioned(item: MessageItem): boolean {
  const body = bodyOf(item);
  return body.kind === "message" && body.text !== "";
}

function isMedia(item: MessageItem): boolean {
  const kind = kindOf(item);
  return kind === "photo" || kind === "video";
}

function kindOf(item: MessageItem): FileKind | undefined {
  const body = bodyOf(item);
  if (body.kind !== "message") return undefined;
  return body.file?.kind ?? ("pending" in item.said ? item.said.pending.attached?.kind : undefined);
}

function bodyOf({ said }: MessageItem) {
  return "event" in said ? said.event.body : said.pending.body;
}
