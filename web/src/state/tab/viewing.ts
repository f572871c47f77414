/** The chats that this tab shows: what of their logs is in memory, and what is loaded when. */
import { ERRORS, type ChatEvent, type Id, type Seq } from "@/wire/types";
import { Refusal } from "../contract";
import type { Lead } from "../engine/lead";
import type { Chat, State, View } from "../model";
import type { Patch } from "../patch";
import { page, type Reader, type Where } from "./pages";
import {
  blank,
  divider,
  grown,
  landed,
  lastOf,
  trimmed,
  withBlank,
  withNewer,
  withOlder,
} from "./views";

// Views of chats shown before stay for a quick return.
const VIEWS = 8;
const CLOSED_EVENTS = 200;
// Refusals that pass.
const RETRIED = new Set<string>(["offline"]);
for (const [code, { retry }] of Object.entries(ERRORS)) if (retry) RETRIED.add(code);

export interface ViewingDuties {
  state(): State;
  change(change: Partial<State>): void;
  lead(): Lead;
  foreground(): boolean;
  readonly read: Reader;
}

export class Viewing {
  // The load under way in a view: what comes of an older one is not wanted any more.
  private readonly loads = new Map<Id, symbol>();
  private at: Seq | undefined;

  constructor(private readonly duties: ViewingDuties) {}

  open(id: Id | null, at?: Seq): void {
    const state = this.duties.state();
    if (state.open === id && at === undefined) return;
    this.at = at;
    const views = closed(state.views, state.open);
    this.duties.change({ open: id, views });
    if (id !== null) this.enter(id);
  }

  /** Chats appeared or changed, logs grew. */
  follow(patch: Patch): void {
    const { open } = this.duties.state();
    if (patch.forget) {
      this.loads.clear();
      this.duties.change({ views: new Map() });
    }
    for (const { id } of patch.chats ?? []) {
      const view = this.view(id);
      if (view) this.grow(id, view, patch.events ?? []);
    }
    for (const [id, seq] of patch.blanked ?? []) {
      const view = this.view(id);
      if (view) this.put(withBlank(view, seq));
    }
    if (open === null) return;
    const view = this.view(open);
    const known = !!view?.stuck && !view.events.length && this.chat(open) !== undefined;
    if (!view || known) this.enter(open);
    else if (patch.single?.link?.status === "online") this.reload(open);
  }

  older(id: Id): void {
    const view = this.view(id);
    const first = view?.events[0]?.seq;
    if (!view || view.loading || !view.older || first === undefined) return;
    void this.load(id, "older", { before: first }, withOlder);
  }

  newer(id: Id): void {
    const view = this.view(id);
    if (!view || view.loading || !view.newer) return;
    void this.load(id, "newer", { after: lastOf(view) }, withNewer);
  }

  jump(id: Id, seq: Seq): void {
    const view = this.view(id);
    const target = { seq, highlight: true };
    if (view?.events.some((event) => event.seq === seq)) this.put({ ...view, target });
    else {
      const place = (now: View, chat: Chat, events: readonly ChatEvent[]) =>
        landed(now, chat, events, target);
      void this.load(id, "around", { around: seq }, place);
    }
  }

  jumpToNewest(id: Id): void {
    const view = this.view(id);
    if (!view) return;
    if (!view.newer && view.loading !== "around") {
      this.put({ ...view, target: { seq: lastOf(view), highlight: false } });
      return;
    }
    const place = (now: View, chat: Chat, events: readonly ChatEvent[]) =>
      landed(now, chat, events, { seq: chat.last, highlight: false });
    void this.load(id, "around", "newest", place);
  }

  reload(id: Id): void {
    const view = this.view(id);
    if (!view?.stuck) return;
    if (!view.events.length) this.enter(id);
    else {
      this.put({ ...view, stuck: false });
      if (view.newer) this.newer(id);
      else this.older(id);
    }
  }

  // --- inside ------------------------------------------------------------------------------------

  /** The chat comes into view: at what is unread, at the place asked for, or at its end. */
  private enter(id: Id): void {
    const chat = this.chat(id);
    if (!chat) {
      this.ask(id);
      return;
    }
    const me = this.duties.state().user;
    const unread = Math.max(0, chat.count - (chat.mine.read_count ?? 0));
    const known = this.view(id);
    if (this.at === undefined && known && !known.newer && !known.loading && !known.stuck) {
      const mark = divider(chat, known.events, me);
      const whole = !known.older || (known.events[0]?.seq ?? Infinity) <= (chat.mine.read ?? 0);
      if (!unread) return;
      if (mark && whole) {
        this.put({ ...known, unread: mark, target: { seq: mark.from, highlight: false } });
        return;
      }
    }
    const target = this.at;
    this.put(blank(id));
    const where: Where =
      target !== undefined
        ? { around: target }
        : unread
          ? { around: Math.min((chat.mine.read ?? 0) + 1, chat.last) }
          : "newest";
    void this.load(id, "around", where, (view, now, events) => {
      this.at = undefined;
      const mark = divider(chat, events, me);
      const stand =
        target !== undefined
          ? { seq: target, highlight: true }
          : mark && { seq: mark.from, highlight: false };
      return { ...landed(view, now, events, stand), unread: mark };
    });
  }

  /** A link leads to a chat that is not here (yet). */
  private ask(chat: Id): void {
    if (this.loads.has(chat)) return;
    const load = Symbol();
    this.loads.set(chat, load);
    this.put(blank(chat));
    const done = () => {
      if (this.loads.get(chat) !== load) return;
      this.loads.delete(chat);
      if (this.chat(chat)) this.enter(chat);
      else this.put({ ...blank(chat), loading: null, stuck: true });
    };
    this.duties.lead().ask({ type: "chat", chat }).then(done, done);
  }

  private grow(id: Id, view: View, fresh: readonly ChatEvent[]): void {
    const chat = this.chat(id)!;
    const events = fresh.filter((event) => event.chat === id);
    const { view: next, lacks } = grown(view, chat, events);
    if (next !== view) this.put(this.marked(next, chat));
    if (lacks && !view.loading) {
      void this.load(id, "newer", { after: lastOf(view) }, withNewer);
    }
  }

  /** What comes while nobody looks is unread when somebody does. */
  private marked(view: View, chat: Chat): View {
    const { link, user } = this.duties.state();
    if (this.duties.foreground() && link.status === "online") return view;
    const unread = divider(chat, view.events, user);
    return unread ? { ...view, unread } : view;
  }

  private async load(
    id: Id,
    kind: NonNullable<View["loading"]>,
    where: Where,
    place: (view: View, chat: Chat, events: readonly ChatEvent[]) => View,
  ): Promise<void> {
    const chat = this.chat(id);
    const view = this.view(id);
    if (!chat || !view) return;
    const load = Symbol();
    this.loads.set(id, load);
    this.put({ ...view, loading: kind, stuck: false });
    let events: readonly ChatEvent[] | null;
    let final = false;
    try {
      events = await page(chat, where, this.duties.read, this.duties.lead());
    } catch (error) {
      // What the server refuses for good is no better the next time.
      final = error instanceof Refusal && !RETRIED.has(error.code) && view.events.length > 0;
      events = null;
    }
    const now = this.view(id);
    if (this.loads.get(id) !== load || !now) return;
    this.loads.delete(id);
    if (events === null) {
      this.put({ ...now, loading: null, stuck: !final });
      return;
    }
    const placed = place(now, this.chat(id) ?? chat, events);
    this.put(placed);
    // What came while the end was being loaded.
    if (kind !== "older" && placed.newer && where === "newest") this.newer(id);
  }

  private chat(id: Id): Chat | undefined {
    return this.duties.state().chats.get(id);
  }

  private view(id: Id): View | undefined {
    return this.duties.state().views.get(id);
  }

  private put(view: View): void {
    const views = new Map(this.duties.state().views);
    views.delete(view.chat);
    views.set(view.chat, view);
    this.duties.change({ views });
  }
}

/** `views` when `left` is shown no more: the longest unseen go. */
function closed(views: ReadonlyMap<Id, View>, left: Id | null): ReadonlyMap<Id, View> {
  const view = left === null ? undefined : views.get(left);
  if (!view) return views;
  const next = new Map(views);
  next.delete(view.chat);
  if (!view.newer && !view.loading) {
    next.set(view.chat, { ...trimmed(view, CLOSED_EVENTS), unread: null, target: null });
  }
  for (const id of [...next.keys()].slice(0, Math.max(0, next.size - VIEWS))) next.delete(id);
  return next;
}
