/** A chat's collection, page by page, newest first. */
import { useCallback, useEffect, useMemo, useState } from "react";
import { client, useChinwag, useDeleted } from "@/state";
import type { ChatEvent, Collection, Id, SeqOrZero } from "@/wire/types";
import { refusalText } from "@/words";

export interface Pages {
  readonly events: readonly ChatEvent[];
  /** `failed`: the next page could not be had; `more` tries again. */
  readonly status: "loading" | "resting" | "failed";
  /** Why it failed, in words. */
  readonly problem: string;
  readonly done: boolean;
  readonly more: () => void;
}

interface Known {
  readonly events: readonly ChatEvent[];
  /** Where the next page begins; 0: there is none. */
  readonly before: SeqOrZero | null;
  readonly status: Pages["status"];
  readonly problem: string;
}

const START: Known = { events: [], before: null, status: "loading", problem: "" };
const PAGE = 60;

/** Mount it anew for another chat or collection. */
export function usePages(chat: Id, of: Collection): Pages {
  const [known, setKnown] = useState(START);
  // What comes while one looks is put in above.
  const fresh = useChinwag((state) => state.chats.get(chat)?.last ?? 0);
  const { before, status } = known;

  useEffect(() => {
    if (status !== "loading") return;
    let gone = false;
    const from = before ? { before } : {};
    client.ask({ type: "gallery", chat, of, limit: PAGE, ...from }).then(
      ({ events = [], before: rest = 0 }) => {
        if (gone) return;
        setKnown((it) => ({
          events: [...it.events, ...events],
          before: rest,
          status: "resting",
          problem: "",
        }));
      },
      (error: unknown) => {
        if (!gone) setKnown((it) => ({ ...it, status: "failed", problem: refusalText(error) }));
      },
    );
    return () => {
      gone = true;
    };
  }, [chat, of, before, status]);

  const resting = status === "resting";
  useEffect(() => {
    if (!resting) return;
    let gone = false;
    client.ask({ type: "gallery", chat, of, limit: PAGE }).then(
      ({ events = [] }) => {
        if (gone) return;
        setKnown((it) => {
          const newest = it.events[0]?.seq ?? 0;
          const added = events.filter((event) => event.seq > newest);
          return added.length > 0 ? { ...it, events: [...added, ...it.events] } : it;
        });
      },
      () => undefined, // They are there when it is opened anew.
    );
    return () => {
      gone = true;
    };
    // Only what is new in the chat is a reason to look again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [fresh]);

  const more = useCallback(() => {
    setKnown((it) =>
      it.status === "loading" || it.before === 0 ? it : { ...it, status: "loading", problem: "" },
    );
  }, []);
  const deleted = useDeleted(chat);
  const events = useMemo(
    () => known.events.filter(({ seq }) => !deleted.has(seq)),
    [known.events, deleted],
  );
  return { events, status, problem: known.problem, done: before === 0, more };
}
