/** An own message that the server has, but that did not reach somebody. */
import { toast } from "@/design";
import { client, type State } from "@/state";
import { refusalText } from "@/words";
import type { Id, Seq } from "@/wire/types";

/** Whether to try it again makes sense: an account that is gone does not come back. */
export function mayTryAgain(state: Pick<State, "chats">, chat: Id, seq: Seq): boolean {
  const failures = state.chats.get(chat)?.failures ?? [];
  return failures.some((it) => it.first <= seq && seq <= it.last && it.reason !== "gone");
}

/** Have it delivered once more to all whom it did not reach. */
export function tryAgain(chat: Id, seq: Seq): void {
  client
    .ask({ type: "retry", chat, seq })
    .catch((error: unknown) => toast({ text: refusalText(error), urgent: true }));
}
