/** This tab: its state, and what screens may do. See `contract.ts`. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { inFront, watchAttention } from "@/net/attention";
import { workerClock, type Clock } from "@/net/clock";
import { http, type Session } from "@/net/http";
import { dialer, Lost, Refused } from "@/net/socket";
import {
  SUBPROTOCOL,
  type AnswerTo,
  type Command,
  type Id,
  type Mine,
  type Seq,
  type Server,
  type SignIn,
  type SignUp,
} from "@/wire/types";
import { Refusal, type Client } from "../contract";
import { Engine } from "../engine/engine";
import type { Lead } from "../engine/lead";
import { newId } from "../ids";
import type { Draft, Preferences, State } from "../model";
import { patched, type Patch } from "../patch";
import { MemoryStore } from "../store/memory";
import type { Store } from "../store/store";
import { NoLead } from "./nolead";
import { Overlays } from "./overlays";
import { loadPreferences, onPreferences, savePreferences } from "./preferences";
import { Reading } from "./reading";
import { Viewing } from "./viewing";
import { remember, remembered } from "./who";
import { Writing } from "./writing";

export class Tab implements Client {
  readonly state: StoreApi<State> = createStore<State>(initial);
  private readonly id = newId();
  private readonly overlays = new Overlays();
  private readonly viewing: Viewing;
  private readonly writing: Writing;
  private readonly reading: Reading;
  private store: Store = new MemoryStore("");
  private lead: Lead = new NoLead();
  private engine: Engine | null = null;
  private clock: Clock | null = null;
  private watched: readonly Id[] = [];
  private frontSince = Date.now();

  constructor() {
    const state = () => this.state.getState();
    const change = (part: Partial<State>) => this.state.setState(part);
    const lead = () => this.lead;
    this.viewing = new Viewing({
      state,
      change,
      lead,
      read: (chat, first, last) => this.store.events(chat, first, last),
    });
    this.writing = new Writing({
      state,
      change,
      lead,
      store: () => this.store,
      tell: () => undefined,
    });
    this.reading = new Reading({ state, lead, foreground: inFront });
  }

  async start(): Promise<void> {
    onPreferences((preferences) => this.state.setState({ preferences }));
    watchAttention({
      front: (foreground) => {
        if (foreground) {
          this.frontSince = Date.now();
          this.reading.returned();
          this.lead.returned();
        }
        this.look();
      },
      stir: () => this.lead.hurry(),
      leave: () => this.writing.flush(),
      comeBack: () => this.lead.hurry(),
    });
    this.clock = workerClock();
    this.clock.onWake(() => this.lead.hurry());
    const session = remembered() ?? (await this.askSession());
    if (session) this.enter(session);
    else this.state.setState({ phase: "signed-out" });
  }

  // --- the account -------------------------------------------------------------------------------

  async serverInfo(): Promise<Server> {
    const server = await refusing(http.server());
    this.state.setState({ server });
    return server;
  }

  async signUp(form: SignUp): Promise<void> {
    const { user, device } = await refusing(http.signUp(form));
    this.signedIn({ user: user.id, device });
  }

  async signIn(form: SignIn): Promise<void> {
    const { user, device } = await refusing(http.signIn(form));
    this.signedIn({ user: user.id, device });
  }

  async signOut(): Promise<void> {
    await refusing(http.signOut()).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== "unauthenticated") throw error;
    });
    savePreferences(this.state.getState().preferences);
    remember(null);
    await this.leave();
    this.state.setState({ ...initial(), phase: "signed-out" });
  }

  // --- reading -----------------------------------------------------------------------------------

  open(chat: Id | null, at?: Seq): void {
    this.viewing.open(chat, at);
    this.reading.opened(chat);
    this.look();
  }

  loadOlder(chat: Id): void {
    this.viewing.older(chat);
  }

  loadNewer(chat: Id): void {
    this.viewing.newer(chat);
  }

  jump(chat: Id, seq: Seq): void {
    this.viewing.jump(chat, seq);
  }

  jumpToNewest(chat: Id): void {
    this.viewing.jumpToNewest(chat);
  }

  reload(chat: Id): void {
    this.viewing.reload(chat);
  }

  seen(chat: Id, seq: Seq): void {
    this.reading.seen(chat, seq);
  }

  watch(users: readonly Id[]): void {
    this.watched = users;
    this.look();
  }

  // --- writing -----------------------------------------------------------------------------------

  send(chat: Id, text: string, options: { replyTo?: Seq; mentions?: readonly Id[] } = {}): void {
    this.writing.send(chat, text, options);
  }

  retry(clientId: string): void {
    this.lead.retry(clientId);
  }

  discard(clientId: string): void {
    this.lead.discard(clientId);
  }

  draft(chat: Id, draft: Draft | null): void {
    this.writing.draft(chat, draft);
  }

  typing(chat: Id, active: boolean): void {
    this.writing.typing(chat, active);
  }

  // --- everything else ---------------------------------------------------------------------------

  ask<C extends Command>(command: C): Promise<AnswerTo<C>> {
    return this.lead.ask(command);
  }

  async arrange(
    chat: Id,
    how: { muted_until?: number; pinned?: boolean; archived?: boolean; unread?: boolean },
  ): Promise<Mine> {
    const lift = this.overlays.lay(chat, how);
    this.show({});
    try {
      return await this.lead.ask({ type: "arrange", chat, ...how });
    } finally {
      lift();
      this.show({});
    }
  }

  prefer(change: Partial<Preferences>): void {
    const preferences = { ...this.state.getState().preferences, ...change };
    this.state.setState({ preferences });
    savePreferences(preferences);
  }

  hurry(): void {
    this.lead.hurry();
  }

  // --- inside ------------------------------------------------------------------------------------

  private async askSession(): Promise<Session | null> {
    return http.session().catch(() => null);
  }

  private signedIn(session: Session): void {
    remember(session);
    void this.leave().then(() => this.enter(session));
  }

  private enter({ user, device }: Session): void {
    const { preferences, open } = this.state.getState();
    this.state.setState({ ...initial(), preferences, open, phase: "ready", user, device });
    this.store = new MemoryStore(user);
    void this.store.load().then((saved) => {
      const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
      this.engine = new Engine(this.store, saved, dialer(url, SUBPROTOCOL), this.clock!, {
        show: (patch) => this.show(patch),
        tell: () => undefined,
        signedOut: () => this.state.setState({ phase: "session-lost" }),
        otherAccount: (id, other) => this.signedIn({ user: id, device: other }),
        isVoid: () =>
          http.session().then(
            () => false,
            (error: unknown) => error instanceof Refused && error.error.code === "unauthenticated",
          ),
        offline: () => !navigator.onLine,
      });
      this.lead = this.engine;
      this.engine.start();
      this.look();
    });
  }

  private async leave(): Promise<void> {
    await this.engine?.stop();
    this.engine = null;
    this.lead = new NoLead();
  }

  private show(patch: Patch): void {
    const before = this.state.getState();
    const next = patched(this.overlays.bare(before), patch);
    this.state.setState(this.overlays.laid(next), true);
    this.viewing.follow(patch);
  }

  private look(): void {
    const { open, chats } = this.state.getState();
    const peer = open === null ? undefined : chats.get(open)?.peer;
    const users = [...new Set(peer === undefined ? this.watched : [peer, ...this.watched])];
    this.lead.look(this.id, { foreground: inFront(), since: this.frontSince, open, users });
  }
}

/** What went wrong, as screens know it. */
async function refusing<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused) {
      const { code, retry_after: wait = 0, field = "" } = error.error;
      throw new Refusal(code, wait, field);
    }
    if (error instanceof Lost) throw new Refusal("offline");
    throw error;
  }
}

function initial(): State {
  return {
    phase: "starting",
    link: { status: "connecting" },
    server: null,
    user: "",
    device: "",
    account: null,
    caughtUp: false,
    chats: new Map(),
    users: new Map(),
    outbox: [],
    drafts: new Map(),
    views: new Map(),
    open: null,
    presence: new Map(),
    typing: new Map(),
    preferences: loadPreferences(),
    storage: "device",
    pushKey: "",
    skew: 0,
  };
}
