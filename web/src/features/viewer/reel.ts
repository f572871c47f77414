/** Photos and videos of a chat in their order, loaded at both ends as one comes there. */
import { client, now } from "@/state";
import type { ChatEvent, File, Id, Message, Seq, SeqOrZero } from "@/wire/types";

/** A photo or video, with its message. */
export interface Frame {
  readonly event: ChatEvent & { readonly body: Message };
  readonly file: File;
}

/** All frames with from <= seq <= to. */
export interface Reel {
  readonly frames: readonly Frame[];
  readonly from: Seq;
  readonly to: Seq;
  /** There may be more below and above. */
  readonly older: boolean;
  readonly newer: boolean;
}

const PAGE = 50;
const HISTORY_PAGE = 200;

export function frameOf(event: ChatEvent): Frame | null {
  const { body } = event;
  if (body.kind !== "message" || !body.file) return null;
  const { file } = body;
  const seen = file.kind === "photo" || file.kind === "video";
  return seen ? { event: { ...event, body }, file } : null;
}

/** From what is open of the chat, if it is in there; null: it has to be asked for. */
export function reelHere(chat: Id, seq: Seq): Reel | null {
  const view = now().views.get(chat);
  const [first, last] = [view?.events[0], view?.events.at(-1)];
  if (!view || !first || !last || seq < first.seq || seq > last.seq) return null;
  const reel = reelOf(view.events, view.older, view.newer);
  return reel.frames.some((frame) => frame.event.seq === seq) ? reel : null;
}

/** Around the message, asked of the server; its frame may be missing: then it cannot be seen. */
export async function reelAround(chat: Id, seq: Seq): Promise<Reel> {
  const { events } = await client.ask({ type: "history", chat, around: seq, limit: PAGE });
  return reelOf(events, true, true);
}

/** With the frames before it. */
export async function withOlder(chat: Id, reel: Reel): Promise<Reel> {
  const before = reel.from;
  const page = await client.ask({ type: "gallery", chat, of: "media", before, limit: PAGE });
  const { events = [], before: rest = 0 } = page;
  const frames = [...events]
    .reverse()
    .map(frameOf)
    .filter((it) => it !== null);
  return { ...reel, frames: [...frames, ...reel.frames], from: rest || 1, older: rest > 0 };
}

/** With the frames after it. */
export async function withNewer(chat: Id, reel: Reel): Promise<Reel> {
  const after: SeqOrZero = reel.to;
  const page = await client.ask({ type: "history", chat, after, limit: HISTORY_PAGE });
  const more = reelOf(page.events, false, page.events.length > 0);
  return {
    ...reel,
    frames: [...reel.frames, ...more.frames],
    to: Math.max(reel.to, more.to),
    newer: more.newer,
  };
}

function reelOf(events: readonly ChatEvent[], older: boolean, newer: boolean): Reel {
  const frames = events.map(frameOf).filter((it) => it !== null);
  return { frames, from: events[0]?.seq ?? 1, to: events.at(-1)?.seq ?? 0, older, newer };
}
