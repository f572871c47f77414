/** A recording as the composer shows it: asked for, under way, over and listened to. */
import { useCallback, useEffect, useRef, useState } from "react";
import type { Id } from "@/wire/types";
import { forget, leave, leftIn } from "./left";
import { NoRecording, Recording, type Recorded, type Refusal } from "./recording";

export type Stage =
  | { readonly at: "asking" }
  | { readonly at: "recording"; readonly recording: Recording }
  | { readonly at: "over"; readonly recorded: Recorded; readonly url: string }
  | { readonly at: "refused"; readonly why: Refusal };

/** In a chat. What is neither sent nor dropped is there again when one comes back to it. */
export function useRecording(chat: Id) {
  const [stage, setStage] = useState<Stage>({ at: "asking" });
  // Levels and time are the recording's: this only says that they are new.
  const [, look] = useState(0);
  const current = useRef<Recording | null>(null);
  const url = useRef<string | null>(null);

  const over = useCallback((recorded: Recorded) => {
    url.current = URL.createObjectURL(recorded.file);
    setStage({ at: "over", recorded, url: url.current });
  }, []);

  useEffect(() => {
    let wanted = true;
    const left = leftIn(chat);
    if (left) over(left);
    else {
      Recording.begin(() => look((it) => it + 1)).then(
        (recording) => {
          if (!wanted) {
            recording.cancel();
            return;
          }
          current.current = recording;
          setStage({ at: "recording", recording });
        },
        (error: unknown) => {
          if (wanted) setStage(refused(error));
        },
      );
    }
    return () => {
      wanted = false;
      const recording = current.current;
      current.current = null;
      recording?.finish().then(
        (recorded) => leave(chat, recorded),
        () => undefined,
      );
      if (url.current !== null) URL.revokeObjectURL(url.current);
    };
  }, [chat, over]);

  /** End it; null if there is none under way, or nothing in it. */
  const finish = useCallback(async (): Promise<Recorded | null> => {
    const recording = current.current;
    if (!recording) return null;
    current.current = null;
    try {
      const recorded = await recording.finish();
      leave(chat, recorded);
      over(recorded);
      return recorded;
    } catch (error) {
      setStage(refused(error));
      return null;
    }
  }, [chat, over]);

  /** It is sent, or not wanted. */
  const drop = useCallback(() => {
    current.current?.cancel();
    current.current = null;
    forget(chat);
  }, [chat]);

  return { stage, finish, drop };
}

function refused(error: unknown): Stage {
  return { at: "refused", why: error instanceof NoRecording ? error.why : "failed" };
}
