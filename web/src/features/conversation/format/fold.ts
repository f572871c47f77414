/** The beginning of a long message: what stands in the conversation until one reads on. */
import type { Block, Inline } from "./tree";

/** Only what is well over the beginning is folded: what one reads on for is worth it. */
const LONG = { chars: 1000, lines: 20 } as const;
const BEGINNING = { chars: 700, lines: 15 } as const;
/** A word of no more than this is not cut in two. */
const WORD = 40;

export function isLong(text: string): boolean {
  return text.length > LONG.chars || text.split("\n", LONG.lines + 1).length > LONG.lines;
}

/** The first blocks, the last of them cut where it has to be; null if all of it is beginning. */
export function beginning(blocks: readonly Block[]): readonly Block[] | null {
  const room = new Room();
  const taken: Block[] = [];
  for (const block of blocks) {
    if (!room.takesLine()) break;
    taken.push(ofBlock(block, room));
  }
  return room.isFull ? taken : null;
}

function ofBlock(block: Block, room: Room): Block {
  if (block.kind === "code") return { kind: "code", text: room.take(block.text) };
  if (block.kind !== "list") return { kind: block.kind, children: ofParts(block.children, room) };
  const items: (readonly Inline[])[] = [];
  for (const parts of block.items) {
    if (items.length > 0 && !room.takesLine()) break;
    items.push(ofParts(parts, room));
  }
  return { ...block, items };
}

function ofParts(parts: readonly Inline[], room: Room): Inline[] {
  const taken: Inline[] = [];
  for (const part of parts) {
    if (room.isFull) break;
    taken.push(ofPart(part, room));
  }
  return taken;
}

function ofPart(part: Inline, room: Room): Inline {
  switch (part.kind) {
    case "text":
    case "code":
      return { kind: part.kind, text: room.take(part.text) };
    case "link":
      return room.takesWhole(part.shown) ? part : { kind: "text", text: "…" };
    case "mention":
      return room.takesWhole(part.text) ? part : { kind: "text", text: "…" };
    default:
      return { kind: part.kind, children: ofParts(part.children, room) };
  }
}

/** What is left of the beginning. */
class Room {
  isFull = false;
  private chars: number = BEGINNING.chars;
  private lines: number = BEGINNING.lines;

  takesLine(): boolean {
    if (this.lines === 0) this.isFull = true;
    else this.lines -= 1;
    return !this.isFull;
  }

  /** As much of the text as there is room for; "…" stands for the rest. */
  take(text: string): string {
    const end = Math.min(this.endOfLines(text), this.chars);
    this.chars -= end;
    if (end === text.length) return text;
    this.isFull = true;
    return `${text.slice(0, between(text, end)).trimEnd()}…`;
  }

  /** Part of an address could pass for another one: it stays whole, or is left for later. */
  takesWhole(text: string): boolean {
    if (text.length > this.chars && this.chars < BEGINNING.chars) this.isFull = true;
    else this.chars = Math.max(0, this.chars - text.length);
    return !this.isFull;
  }

  /** Where the last line ends that there is room for. */
  private endOfLines(text: string): number {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
      if (!this.takesLine()) return at;
    }
    return text.length;
  }
}

/** The end of the last word before `end`; in a very long one, the end of a character. */
function between(text: string, end: number): number {
  if (/\s/.test(text.charAt(end))) return end;
  const from = Math.max(0, end - WORD);
  const gap = text.slice(from, end).search(/\s\S*$/);
  if (gap >= 0) return from + gap;
  return new Intl.Segmenter().segment(text).containing(end)?.index ?? end;
}
