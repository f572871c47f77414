/** What an answer to a command says about the state, beyond its value for the caller. */
import type {
  AnswerTo,
  Answers,
  Command,
  HistoryCommand,
  Page,
  Seq,
  SeqOrZero,
} from "@/wire/types";
import type { Kept } from "../chats/kept";
import type { Replica } from "./replica";

/** Let an answer take effect. */
export function absorb<C extends Command>(replica: Replica, command: C, answer: AnswerTo<C>): void {
  const given = answer;
  switch (command.type) {
    case "open_direct":
    case "chat":
      replica.head(given as Answers["chat"]);
      break;
    case "arrange":
      replica.mine(given as Answers["arrange"]);
      break;
    case "me":
    case "set_profile":
    case "set_privacy":
    case "block":
      replica.oneself(given as Answers["me"]);
      break;
    case "join_requests": {
      const { chat, requests, users } = given as Answers["join_requests"];
      replica.people(users ?? []);
      replica.waiting(chat, requests?.length ?? 0);
      break;
    }
    case "find":
    case "users":
    case "members":
    case "bots":
    case "delete_bot":
      replica.people((given as Answers["users"]).users ?? []);
      break;
    case "create_bot":
    case "reset_bot_token":
      replica.people([(given as Answers["create_bot"]).user]);
      break;
    default:
  }
}

/** First and last seq that a page of the server speaks for; an empty span if it has none. */
export function span(chat: Kept, command: HistoryCommand, page: Page): [Seq, SeqOrZero] {
  const [oldest] = page.events;
  const newest = page.events[page.events.length - 1];
  if (!oldest || !newest) return [1, 0];
  let first = oldest.seq;
  let last = newest.seq;
  if (command.after !== undefined) first = Math.min(first, command.after + 1);
  if (command.before !== undefined) last = Math.max(last, Math.min(command.before - 1, chat.last));
  if (!page.older && command.after === undefined) first = 1;
  return [first, last];
}
