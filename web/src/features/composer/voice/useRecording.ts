/** A recording as the composer shows it: asked for, under way, over and listened to. */
import { useCallback, useEffect, useRef, useState } from "react";
import { NoRecording, Recording, type Recorded, type Refusal } from "./recording";

export type Stage =
  | { readonly at: "asking" }
  | { readonly at: "recording"; readonly recording: Recording }
  | { readonly at: "over"; readonly recorded: Recorded; readonly url: string }
  | { readonly at: "refused"; readonly why: Refusal };

export function useRecording() {
  const [stage, setStage] = useState<Stage>({ at: "asking" });
  // Levels and time are the recording's: this only says that they are new.
  const [, look] = useState(0);
  const current = useRef<Recording | null>(null);
  const heard = useRef<string | null>(null);

  useEffect(() => {
    let wanted = true;
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
        const why = error instanceof NoRecording ? error.why : "failed";
        if (wanted) setStage({ at: "refused", why });
      },
    );
    return () => {
      wanted = false;
      current.current?.cancel();
      current.current = null;
      if (heard.current !== null) URL.revokeObjectURL(heard.current);
    };
  }, []);

  /** End it; null if there is none under way. */
  const finish = useCallback(async (): Promise<Recorded | null> => {
    const recording = current.current;
    if (!recording) return null;
    current.current = null;
    const recorded = await recording.finish();
    const url = URL.createObjectURL(recorded.file);
    heard.current = url;
    setStage({ at: "over", recorded, url });
    return recorded;
  }, []);

  return { stage, finish };
}
