/**
 * A server of direct chats behind an in-memory wire: it keeps logs, answers what an engine asks,
 * and can be made to fail in the ways that networks and servers do.
 */
import type { Dial, Wire } from "@/net/socket";
import type {
  ChatEvent,
  Command,
  Head,
  HistoryCommand,
  Id,
  Mine,
  Page,
  Push,
  Request,
  RequestError,
} from "@/wire/types";
import type { TestClock } from "./clock";
import { TestFiles } from "./files";

export const ME = "me";

interface Log {
  readonly chat: Id;
  readonly events: ChatEvent[];
  mine: Mine;
  changed: number;
}

export class TestServer {
  readonly logs = new Map<Id, Log>();
  readonly files = new TestFiles();
  /** Every command that arrived, in order. */
  readonly got: Command[] = [];
  /** Sockets opened so far. */
  opened = 0;
  /** Nobody is reached. */
  away = false;
  /** Commands are taken, and take effect, but no answer gets through. */
  mute = false;
  /** The next commands of a type that are refused. */
  readonly refusals: { type: Command["type"]; error: RequestError }[] = [];
  life = "k1";
  user = ME;
  private changes = 0;
  private wires: ServerWire[] = [];

  constructor(private readonly clock: TestClock) {}

  readonly dial: Dial = () => {
    const wire = new ServerWire(this);
    this.opened += 1;
    queueMicrotask(() => (this.away ? wire.end(1006) : this.greet(wire)));
    return wire;
  };

  addChat(chat: Id): Log {
    this.changes += 1;
    const mine: Mine = { chat, version: 1, stays: [[1, 0]] };
    const log: Log = { chat, events: [], mine, changed: this.changes };
    this.logs.set(chat, log);
    this.append(log, "", { kind: "created", chat_kind: "direct", members: [ME, `${chat}-peer`] });
    return log;
  }

  /** The other one writes. */
  say(chat: Id, text: string): ChatEvent {
    const log = this.logs.get(chat)!;
    const event = this.append(log, `${chat}-peer`, { kind: "message", text });
    this.push({ type: "event", event });
    return event;
  }

  /** The other one deletes a message for everyone. */
  unsay(chat: Id, seq: number): void {
    const log = this.logs.get(chat)!;
    log.events[seq - 1] = { ...log.events[seq - 1]!, body: { kind: "blank" } };
    const event = this.append(log, `${chat}-peer`, { kind: "deleted", seq });
    this.push({ type: "event", event });
  }

  /** The other one puts the reader out. */
  remove(chat: Id): void {
    const event = this.append(this.logs.get(chat)!, `${chat}-peer`, { kind: "removed", user: ME });
    this.push({ type: "event", event });
  }

  push(push: Push): void {
    for (const wire of this.wires) wire.deliver({ push });
  }

  /** Cut all sockets. */
  cut(code = 1006): void {
    for (const wire of this.wires) wire.end(code);
  }

  sent(type: Command["type"]): Command[] {
    return this.got.filter((command) => command.type === type);
  }

  texts(chat: Id): string[] {
    return this.logs
      .get(chat)!
      .events.map(({ body }) => (body.kind === "message" ? body.text : ""))
      .filter(Boolean);
  }

  // --- inside ------------------------------------------------------------------------------------

  take(wire: ServerWire, { do: command, id }: Request): void {
    this.got.push(command);
    const place = this.refusals.findIndex(({ type }) => type === command.type);
    const refusal = place < 0 ? undefined : this.refusals.splice(place, 1)[0];
    const answer = refusal ? { error: refusal.error } : { ok: this.answer(wire, command) };
    if (id && !this.mute) wire.deliver({ reply: id, ...answer });
  }

  leave(wire: ServerWire): void {
    this.wires = this.wires.filter((it) => it !== wire);
  }

  private greet(wire: ServerWire): void {
    this.wires.push(wire);
    wire.onopen?.();
    const now = this.clock.now();
    const hello = { protocol: 1, features: [], server: "t", device: "d", heartbeat: 25, now };
    wire.deliver({ push: { type: "hello", user: this.user, ...hello } });
  }

  private answer(wire: ServerWire, command: Command): unknown {
    const now = this.clock.now();
    switch (command.type) {
      case "sync":
        return this.sync(wire, command.since);
      case "heartbeat":
        return { now };
      case "send":
        return this.send(command);
      case "history":
        return this.page(command);
      case "chat":
        return this.head(this.logs.get(command.chat)!, 5);
      case "me":
        return { user: { id: ME, handle: "me", name: "Me" }, privacy: {} };
      case "users":
        return { users: command.ids.map((id) => ({ id, handle: id, name: id })) };
      case "arrange": {
        const { chat, archived = false } = command;
        const log = this.logs.get(chat)!;
        log.mine = { ...log.mine, archived, version: log.mine.version + 1 };
        return log.mine;
      }
      case "read":
        for (const { chat, seq } of command.marks) this.read(this.logs.get(chat)!, seq);
        return {};
      default:
        return {};
    }
  }

  private sync(wire: ServerWire, since: string | undefined): unknown {
    const [life, from] = since?.split(".") ?? [];
    const reset = since !== undefined && life !== this.life;
    const after = since === undefined || reset ? 0 : Number(from);
    const heads = [...this.logs.values()]
      .filter((log) => log.changed > after)
      .sort((a, b) => b.changed - a.changed)
      .map((log) => this.head(log, 3));
    if (heads.length) wire.deliver({ push: { type: "heads", heads } });
    const answer = { since: `${this.life}.${this.changes}`, now: this.clock.now() };
    return reset ? { ...answer, reset } : answer;
  }

  private send({ chat, client_id: clientId, body }: Extract<Command, { type: "send" }>): unknown {
    const log = this.logs.get(chat)!;
    const known = log.events.find((it) => it.client_id === clientId);
    const event = known ?? this.append(log, ME, body, clientId);
    if (!known) log.mine = { ...log.mine, read_count: (log.mine.read_count ?? 0) + 1 };
    const { seq, at, count } = event;
    return { chat, seq, at, count, read_count: log.mine.read_count ?? 0 };
  }

  private read(log: Log, seq: number): void {
    if (seq <= (log.mine.read ?? 0)) return;
    const count = log.events[seq - 1]!.count;
    log.mine = { ...log.mine, read: seq, read_count: count, version: log.mine.version + 1 };
    this.push({ type: "mine", mine: log.mine });
  }

  private page({ chat, before, after, around, limit = 50 }: HistoryCommand): Page {
    const { events: all } = this.logs.get(chat)!;
    let events = all.slice(-limit);
    if (after !== undefined) events = all.slice(after, after + limit);
    else if (before !== undefined) events = all.slice(Math.max(0, before - 1 - limit), before - 1);
    else if (around !== undefined) {
      events = all.slice(Math.max(0, around - 1 - limit / 2), around - 1 + limit / 2);
    }
    const last = events[events.length - 1]?.seq ?? 0;
    return { chat, events, older: (events[0]?.seq ?? 1) > 1, newer: last < all.length };
  }

  private head(log: Log, inline: number): Head {
    const newest = log.events[log.events.length - 1]!;
    return {
      chat: log.chat,
      kind: "direct",
      peer: `${log.chat}-peer`,
      last: newest.seq,
      count: newest.count,
      mine: log.mine,
      ticks: { chat: log.chat },
      events: log.events.slice(-inline),
    };
  }

  private append(log: Log, sender: Id, body: ChatEvent["body"], clientId?: string): ChatEvent {
    this.changes += 1;
    log.changed = this.changes;
    const before = log.events[log.events.length - 1]?.count ?? 0;
    const event: ChatEvent = {
      chat: log.chat,
      seq: log.events.length + 1,
      at: this.clock.now(),
      sender,
      count: before + (body.kind === "message" ? 1 : 0),
      body,
      ...(clientId === undefined ? {} : { client_id: clientId }),
    };
    log.events.push(event);
    return event;
  }
}

/** The client's end of a socket to it. */
class ServerWire implements Wire {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: ((end: { code: number }) => void) | null = null;
  readonly bufferedAmount = 0;
  private over = false;

  constructor(private readonly server: TestServer) {}

  send(text: string): void {
    if (!this.over) this.server.take(this, JSON.parse(text) as Request);
  }

  close(): void {
    this.over = true;
    this.server.leave(this);
  }

  deliver(frame: unknown): void {
    const text = JSON.stringify(frame);
    queueMicrotask(() => {
      if (!this.over) this.onmessage?.({ data: text });
    });
  }

  end(code: number): void {
    this.close();
    this.onclose?.({ code });
  }
}
