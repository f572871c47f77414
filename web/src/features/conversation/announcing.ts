/** New messages of the open chat, said once to those who cannot see them. */
import { useEffect, useRef } from "react";
import { announce } from "@/design";
import { type Chat, useChinwag, type View } from "@/state";
import { nameOf, preview, useWords, withFile } from "@/words";

/** Of more than these at once only the number is told. */
const MOST = 3;

export function useAnnouncing(chat: Chat, view: View | undefined): void {
  const t = useWords("conversation");
  const me = useChinwag((state) => state.user);
  const users = useChinwag((state) => state.users);
  const said = useRef<number | null>(null);
  const newest = view && !view.newer ? view.events.at(-1)?.seq : undefined;
  useEffect(() => {
    if (!view || newest === undefined) return;
    const before = said.current ?? newest;
    said.current = Math.max(before, newest);
    const others = view.events.filter(
      ({ seq, sender, body }) =>
        seq > before && sender !== me && (body.kind === "message" || body.kind === "invite"),
    );
    if (others.length > MOST) {
      announce(t("newMessages", { count: others.length }));
      return;
    }
    const people = { user: me, users };
    for (const event of others) {
      const text = withFile(event, preview(people, chat, event)?.text ?? "");
      announce(t("saidAloud", { name: nameOf(people, event.sender), text }));
    }
    // Only what comes makes a sound, not a name that changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [newest]);
}
