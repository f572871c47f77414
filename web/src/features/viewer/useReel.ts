/** The reel of a chat, and the place in it. */
import { useEffect, useMemo, useState } from "react";
import { useDeleted } from "@/state";
import type { Id, Seq } from "@/wire/types";
import { reelAround, reelHere, withNewer, withOlder, type Frame, type Reel } from "./reel";

/** This near to an end, the next part is fetched. */
const NEAR = 4;

export interface Place {
  /** `gone`: it is not there, or not for this reader. */
  readonly status: "loading" | "here" | "gone";
  readonly frame: Frame | null;
  readonly before: Frame | null;
  readonly after: Frame | null;
}

export function useReel(chat: Id, seq: Seq): Place {
  const [reel, setReel] = useState<Reel | null>(() => reelHere(chat, seq));
  const [stuck, setStuck] = useState(false);
  const [growing, setGrowing] = useState(false);
  const at = reel?.frames.findIndex((frame) => frame.event.seq === seq) ?? -1;

  useEffect(() => {
    if (reel) return;
    let gone = false;
    reelAround(chat, seq).then(
      (found) => !gone && setReel(found),
      () => !gone && setStuck(true),
    );
    return () => {
      gone = true;
    };
  }, [chat, seq, reel]);

  useEffect(() => {
    if (!reel || at < 0 || growing) return;
    const grow =
      reel.older && at < NEAR
        ? withOlder
        : reel.newer && at >= reel.frames.length - NEAR
          ? withNewer
          : null;
    if (!grow) return;
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setGrowing(true);
    grow(chat, reel)
      // Without a connection the reel ends here.
      .catch((): Reel => ({ ...reel, older: false, newer: false }))
      .then((grown) => {
        setReel(grown);
        setGrowing(false);
      }, reportError);
  }, [chat, reel, at, growing]);

  const deleted = useDeleted(chat);
  const left = useMemo(
    () => (reel?.frames ?? []).filter((it) => !deleted.has(it.event.seq)),
    [reel, deleted],
  );
  const frame = left.find((it) => it.event.seq === seq) ?? null;
  const status = frame ? "here" : reel || stuck ? "gone" : "loading";
  return {
    status,
    frame,
    before: left.findLast((it) => it.event.seq < seq) ?? null,
    after: left.find((it) => it.event.seq > seq) ?? null,
  };
}
