/**
 * What must be there before the rest of the client may rely on it. Only what would break the state
 * is checked (ids, seqs, lists); fields that are not known pass unseen.
 */
import type { Body, ChatEvent, Command, Push } from "./types";

type Raw = Record<string, unknown>;
type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const whole: Check = (value) => typeof value === "number" && Number.isSafeInteger(value);
const natural: Check = (value) => whole(value) && (value as number) >= 0;
const seq: Check = (value) => whole(value) && (value as number) >= 1;
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shaped =
  (fields: Fields): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Raw)[name]));

const stay: Check = (value) =>
  Array.isArray(value) && value.length === 2 && seq(value[0]) && natural(value[1]);
const user = shaped({ id: text, handle: text, name: text });
const mine = shaped({
  chat: text,
  version: natural,
  stays: listOf(stay),
  read: maybe(natural),
  read_count: maybe(natural),
});
const ticks = shaped({
  chat: text,
  delivered: maybe(natural),
  read: maybe(natural),
  withheld: maybe(listOf(seq)),
});
const failure = shaped({ chat: text, user: text, first: seq, last: seq, at: natural });
const account = shaped({ user, privacy: shaped({}) });
const group = shaped({ title: text });
const file = shaped({ id: text, kind: text, name: text, type: text, size: natural });
const page = shaped({ chat: text, events: Array.isArray });

/** What each kind of event needs; one that has it not is shown as nothing. */
const BODIES: Readonly<Record<Body["kind"], Check>> = {
  message: shaped({
    text,
    reply_to: maybe(seq),
    mentions: maybe(listOf(text)),
    file: maybe(file),
  }),
  invite: shaped({ code: text, group: text, title: text, expires_at: natural }),
  created: shaped({ chat_kind: text, members: listOf(text) }),
  added: shaped({ users: listOf(text) }),
  joined: shaped({}),
  left: shaped({}),
  removed: shaped({ user: text }),
  role: shaped({ user: text, role: text }),
  changed: shaped({ settings: maybe(shaped({})) }),
  deleted: shaped({ seq }),
  blank: shaped({}),
  void: shaped({}),
};

const head = shaped({
  chat: text,
  kind: text,
  last: natural,
  count: natural,
  mine,
  ticks,
  peer: maybe(text),
  group: maybe(group),
  failures: maybe(listOf(failure)),
  users: maybe(listOf(user)),
});

const PUSHES: Readonly<Record<Push["type"], Check>> = {
  hello: shaped({ user: text, device: text, heartbeat: whole, now: natural }),
  event: shaped({ event: shaped({}), read_count: maybe(natural) }),
  heads: shaped({ heads: Array.isArray }),
  mine: shaped({ mine }),
  ticks: shaped({ ticks }),
  failed: shaped({ failure }),
  typing: shaped({ chat: text, user: text, active: maybe(flag), doing: maybe(text) }),
  presence: shaped({ user: text, online: maybe(flag), last_seen: maybe(natural) }),
  profile: shaped({ user }),
  account: shaped({ account }),
  requests: shaped({ chat: text, waiting: natural }),
  goodbye: shaped({ reconnect_after: natural }),
};

const ANSWERS: Partial<Record<Command["type"], Check>> = {
  sync: shaped({ since: text, now: natural }),
  heartbeat: shaped({ now: natural }),
  send: shaped({ chat: text, seq, at: natural, count: natural, read_count: natural }),
  history: page,
  open_direct: head,
  chat: head,
  arrange: mine,
  me: account,
  set_profile: account,
  set_privacy: account,
  block: account,
};

/** A push that can be relied on; null if it is unknown or broken. */
export function pushShape(raw: Raw): Push | null {
  if (!known(PUSHES, raw["type"])?.(raw)) return null;
  if (raw["type"] === "event") {
    const event = eventShape(raw["event"]);
    return event === null ? null : ({ ...raw, event } as unknown as Push);
  }
  if (raw["type"] === "heads") {
    const heads = (raw["heads"] as unknown[]).map(headShape).filter((it) => it !== null);
    return { ...raw, heads } as unknown as Push;
  }
  return raw as unknown as Push;
}

/** The answer to a command; null if it is not what the command promises. */
export function answerShape(command: Command["type"], ok: unknown): unknown {
  const check = ANSWERS[command];
  if (check && !check(ok)) return null;
  if (command === "chat" || command === "open_direct") return headShape(ok);
  if (command === "history") return { ...(ok as Raw), events: events((ok as Raw)["events"]) };
  return shaped({})(ok) ? ok : null;
}

function headShape(raw: unknown): unknown {
  if (!head(raw)) return null;
  const found = (raw as Raw)["events"];
  return found === undefined ? raw : { ...(raw as Raw), events: events(found) };
}

function events(raw: unknown): ChatEvent[] {
  return Array.isArray(raw) ? raw.map(eventShape).filter((it) => it !== null) : [];
}

function eventShape(raw: unknown): ChatEvent | null {
  const fields: Fields = { chat: text, seq, at: natural, sender: text, count: natural };
  if (!shaped({ ...fields, client_id: maybe(text) })(raw)) return null;
  const event = raw as ChatEvent;
  const kind = (event.body as Body | undefined)?.kind;
  return known(BODIES, kind)?.(event.body) ? event : { ...event, body: { kind: "void" } };
}

function known(checks: Readonly<Record<string, Check>>, name: unknown): Check | undefined {
  return typeof name === "string" && Object.hasOwn(checks, name) ? checks[name] : undefined;
}
