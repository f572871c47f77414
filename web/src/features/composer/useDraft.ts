/** What is being written, kept from one opening of the chat to the next. */
import { useCallback, useEffect, useRef, useState } from "react";
import { client, type Draft, now, subscribe } from "@/state";
import type { Id, Seq } from "@/wire/types";

/** So long after the last key it is kept. */
const CALM = 400;

/** Where the caret was, by chat, while the page lives. */
const carets = new Map<Id, number>();

export interface Writing {
  readonly text: string;
  readonly replyTo: Seq | null;
  /** Handles that were chosen from the list, and whom they mean. */
  readonly mentions: Readonly<Record<string, Id>>;
}

const NOTHING: Writing = { text: "", replyTo: null, mentions: {} };

/** One chat for as long as it is mounted. */
export function useDraft(chat: Id) {
  const [writing, setWriting] = useState<Writing>(() => of(now().drafts.get(chat)));
  const latest = useRef(writing);
  // When it was kept last from here: what is newer comes from another tab, or from the store.
  const keptAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const keep = useCallback(() => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    keptAt.current = Date.now();
    client.draft(chat, draft(latest.current, keptAt.current));
  }, [chat]);

  const write = useCallback(
    (change: Partial<Writing>) => {
      latest.current = { ...latest.current, ...change };
      setWriting(latest.current);
      clearTimeout(timer.current);
      timer.current = setTimeout(keep, CALM);
    },
    [keep],
  );

  /** It is sent: nothing is left of it. */
  const clear = useCallback(() => {
    write(NOTHING);
    keep();
  }, [write, keep]);

  useEffect(() => {
    // A page that is put away may never come back.
    const away = (): void => {
      if (document.visibilityState === "hidden") keep();
    };
    // Before others hear of it, who then put away what is kept.
    const first = { capture: true };
    document.addEventListener("visibilitychange", away, first);
    window.addEventListener("pagehide", keep, first);
    return () => {
      document.removeEventListener("visibilitychange", away, first);
      window.removeEventListener("pagehide", keep, first);
      keep();
    };
  }, [keep]);

  useEffect(
    () =>
      subscribe((state, before) => {
        const [kept, last] = [state.drafts.get(chat), before.drafts.get(chat)];
        if (kept === last || timer.current !== undefined) return;
        // What is gone was sent, here or elsewhere.
        if (kept && kept.at <= keptAt.current) return;
        latest.current = of(kept);
        setWriting(latest.current);
      }),
    [chat],
  );

  return { writing, write, clear, keep };
}

export function caretIn(chat: Id, text: string): number {
  return Math.min(carets.get(chat) ?? text.length, text.length);
}

export function rememberCaret(chat: Id, caret: number): void {
  carets.set(chat, caret);
}

function of(kept: Draft | undefined): Writing {
  if (!kept) return NOTHING;
  return { text: kept.text, replyTo: kept.replyTo ?? null, mentions: kept.mentions ?? {} };
}

function draft({ text, replyTo, mentions }: Writing, at: number): Draft | null {
  if (text.trim() === "" && replyTo === null) return null;
  const chosen = Object.keys(mentions).length > 0 ? { mentions } : {};
  return { text, at, ...(replyTo !== null && { replyTo }), ...chosen };
}
