/**
 * The one player of voice messages: whatever begins to play ends what was playing. When a note is
 * over, the next one of the chat plays on.
 */
import { create } from "zustand";
import { filePath } from "@/net/files";
import type { ChatEvent, Id, Millis } from "@/wire/types";
import { Played } from "./played";

/** What can be played: a voice message in a chat. */
export interface Track {
  /** Of the file, or the client id of one's own that is on its way. */
  readonly id: string;
  readonly url: string;
  readonly duration: Millis;
  /** What comes after it, looked for when it is over. */
  readonly next?: (() => Track | null) | undefined;
}

export interface Playing {
  /** What plays, or stands still in the middle. */
  readonly id: string;
  readonly position: Millis;
  readonly moving: boolean;
  readonly rate: number;
  /** It could not be played. */
  readonly failed: boolean;
  /** Files that somebody listened to on this device. */
  readonly played: ReadonlySet<string>;
}

const RATES = [1, 1.5, 2] as const;
const NOTHING = { id: "", position: 0, moving: false, failed: false };

const store = create<Playing>(() => ({ ...NOTHING, rate: 1, played: new Set<string>() }));
const kept = new Played((played) => store.setState({ played }));
let audio: HTMLAudioElement | null = null;
let track: Track | null = null;
let frame = 0;

export const player = {
  /** Play it, or pause it. */
  toggle(wanted: Track): void {
    if (track?.id !== wanted.id) begin(wanted, 0);
    else if (store.getState().moving) audio?.pause();
    else resume();
  },

  /** Go to a place in it; what does not play yet begins there. */
  seek(wanted: Track, position: Millis): void {
    if (track?.id !== wanted.id || !audio) begin(wanted, position);
    else {
      audio.currentTime = position / 1000;
      store.setState({ position });
    }
  },

  /** The next speed. */
  faster(): void {
    const { rate } = store.getState();
    const next = RATES.find((it) => it > rate) ?? RATES[0];
    store.setState({ rate: next });
    if (audio) audio.playbackRate = next;
  },

  /** Something else is to be heard. */
  pause(): void {
    audio?.pause();
  },

  /** Learn what this account has listened to here. */
  open(user: Id): void {
    void kept.open(user);
  },
};

/** Re-renders when the result changes. */
export function usePlaying<T>(select: (playing: Playing) => T): T {
  return store(select);
}

/** The voice message that follows `event` at once, or after lines that are no messages. */
export function nextVoice(events: readonly ChatEvent[], seq: number): ChatEvent | null {
  for (const event of events) {
    if (event.seq <= seq || event.body.kind === "void") continue;
    if (event.body.kind !== "message") continue;
    return event.body.file?.kind === "voice" ? event : null;
  }
  return null;
}

/** The track of a voice message in an open chat, with those that follow it. */
export function trackOf(event: ChatEvent, events: () => readonly ChatEvent[]): Track | null {
  const file = event.body.kind === "message" ? event.body.file : undefined;
  if (file?.kind !== "voice") return null;
  const next = () => {
    const found = nextVoice(events(), event.seq);
    return found && trackOf(found, events);
  };
  return { id: file.id, url: filePath(file.id), duration: file.duration ?? 0, next };
}

function begin(wanted: Track, position: Millis): void {
  const element = (audio ??= made());
  track = wanted;
  element.src = wanted.url;
  element.currentTime = position / 1000;
  store.setState({ ...NOTHING, id: wanted.id, position });
  resume();
}

function resume(): void {
  if (!audio || !track) return;
  audio.playbackRate = store.getState().rate;
  const { id } = track;
  kept.add(id);
  // Refused where there is nothing to play, and when another begins before this one has.
  audio.play().catch((error: unknown) => {
    if (track?.id !== id || (error as Error).name === "AbortError") return;
    store.setState({ moving: false, failed: true });
  });
}

function made(): HTMLAudioElement {
  const element = new Audio();
  element.preload = "auto";
  element.addEventListener("play", () => {
    store.setState({ moving: true, failed: false });
    follow();
  });
  element.addEventListener("pause", () => store.setState({ moving: false }));
  element.addEventListener("ended", over);
  return element;
}

/** Tell the place, once a frame while it moves. */
function follow(): void {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    if (!audio || !store.getState().moving) return;
    store.setState({ position: audio.currentTime * 1000 });
    follow();
  });
}

function over(): void {
  const next = track?.next?.() ?? null;
  track = null;
  store.setState(NOTHING);
  if (next) begin(next, 0);
}
