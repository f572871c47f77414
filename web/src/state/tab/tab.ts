/** This tab: its state, and what screens may do. See `contract.ts`. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { inFront, watchAttention } from "@/net/attention";
import { workerClock, type Clock } from "@/net/clock";
import { http, type Session } from "@/net/http";
import { carryAvatar } from "./avatar";
import { Lost, Refused } from "@/net/socket";
import {
  type AnswerTo,
  type Command,
  type Doing,
  type File as StoredFile,
  type Id,
  type Mine,
  type Seq,
  type Server,
  type SignedIn,
  type SignIn,
  type SignUp,
} from "@/wire/types";
import { Refusal, type Client, type SendOptions } from "../contract";
import type { Lead } from "../engine/lead";
import type { Kept } from "../chats/kept";
import { newId } from "../ids";
import type { Attached, Draft, Preferences, State } from "../model";
import { patched, type Patch } from "../patch";
import type { Saved } from "../store/store";
import { Door } from "./door";
import { Files } from "./files";
import { Overlays } from "./overlays";
import { loadPreferences, onPreferences, savePreferences } from "./preferences";
import { Reading } from "./reading";
import { Viewing } from "./viewing";
import { remember } from "./who";
import { withDraft, Writing } from "./writing";

export class Tab implements Client {
  readonly state: StoreApi<State> = createStore<State>(initial);
  private readonly id = newId();
  private readonly overlays = new Overlays();
  private readonly door: Door;
  private readonly viewing: Viewing;
  private readonly writing: Writing;
  private readonly reading: Reading;
  readonly files: Files;
  private watched: readonly Id[] = [];
  private frontSince = Date.now();

  constructor() {
    const state = () => this.state.getState();
    const change = (part: Partial<State>) => this.state.setState(part);
    const lead = () => this.lead;
    let clock: Clock | null = null;
    this.door = new Door(
      this.id,
      () => {
        clock ??= workerClock(() => this.hurry());
        return clock;
      },
      {
        show: (patch) => this.show(patch),
        clear: (phase, session) => this.clear(phase, session),
        entered: (saved) => this.entered(saved),
        led: () => this.led(),
        drafted: ({ chat, draft }) => change({ drafts: withDraft(state().drafts, chat, draft) }),
        known: () => known(state()),
      },
    );
    this.viewing = new Viewing({
      state,
      change,
      lead,
      foreground: inFront,
      read: (chat, first, last) => this.door.store.events(chat, first, last),
    });
    this.writing = new Writing({
      state,
      change,
      lead,
      store: () => this.door.store,
      wrote: (clientId, file) => this.files.wrote(clientId, file),
      tell: (chat, draft) => this.door.say({ kind: "draft", chat, draft }),
    });
    this.reading = new Reading({ state, lead, foreground: inFront });
    this.files = new Files((clientId) => this.door.store.file(clientId));
  }

  async start(): Promise<void> {
    onPreferences((preferences) => this.state.setState({ preferences }));
    watchAttention({
      front: (foreground) => {
        if (foreground) {
          this.frontSince = Date.now();
          this.reading.returned();
          this.lead.returned();
        } else {
          this.writing.flush();
        }
        this.look();
      },
      stir: () => this.hurry(),
      leave: () => {
        this.writing.flush();
        this.door.leave();
      },
      comeBack: () => this.door.comeBack(),
    });
    await this.door.open();
  }

  // --- the account -------------------------------------------------------------------------------

  async serverInfo(): Promise<Server> {
    const server = await refusing(http.server());
    this.state.setState({ server });
    return server;
  }

  async signUp(form: SignUp): Promise<void> {
    await this.signedIn(http.signUp(form));
  }

  async signIn(form: SignIn): Promise<void> {
    await this.signedIn(http.signIn(form));
  }

  async signOut(): Promise<void> {
    this.lead.leaving(true);
    await refusing(http.signOut()).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === "unauthenticated") return;
      this.lead.leaving(false);
      throw error;
    });
    // The server has the browser clear everything of the page.
    savePreferences(this.state.getState().preferences);
    await this.door.forget();
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

  send(chat: Id, text: string, options: SendOptions & { readonly file?: StoredFile } = {}): void {
    this.writing.send(chat, text, options);
  }

  sendFile(chat: Id, file: Blob, what: Attached, caption = "", options: SendOptions = {}): void {
    this.writing.sendFile(chat, file, what, caption, options);
  }

  retry(clientId: string, as?: Attached["kind"]): void {
    this.lead.retry(clientId, as);
  }

  discard(clientId: string): void {
    this.lead.discard(clientId);
  }

  draft(chat: Id, draft: Draft | null): void {
    this.writing.draft(chat, draft);
  }

  typing(chat: Id, active: boolean, doing?: Doing): void {
    this.writing.typing(chat, active, doing);
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

  fileLimit(): Promise<number> {
    return refusing(http.fileLimit());
  }

  uploadAvatar(picture: Blob): Promise<Id> {
    return refusing(carryAvatar(picture));
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

  private get lead(): Lead {
    return this.door.lead;
  }

  private async signedIn(asked: Promise<SignedIn>): Promise<void> {
    const { user, device } = await refusing(asked);
    remember({ user: user.id, device });
    await this.door.enter({ user: user.id, device });
  }

  private clear(phase: State["phase"], session: Session | null): void {
    const { preferences, open, server } = this.state.getState();
    const { user = "", device = "" } = session ?? {};
    this.overlays.clear();
    this.files.clear();
    this.writing.leave(user);
    this.state.setState({ ...initial(), preferences, open, server, phase, user, device }, true);
  }

  private entered(saved: Saved): void {
    const { account, since } = saved.meta;
    const { chats, users, outbox: queued } = saved;
    this.state.setState({ phase: "ready", drafts: this.writing.enter(saved.drafts) });
    const storage = this.door.store.durable ? "device" : "memory";
    this.show({ chats, users, queued, single: { account, caughtUp: since !== null, storage } });
  }

  /** The leading tab is another one: it may know nothing of this one. */
  private led(): void {
    this.look();
    this.writing.again();
    this.reading.again();
  }

  private show(patch: Patch): void {
    const before = this.state.getState();
    const next = patched(this.overlays.bare(before), patch);
    this.state.setState(this.overlays.laid(next), true);
    this.writing.follow(patch);
    this.viewing.follow(patch);
    const { open } = next;
    if (open !== null && next.chats.get(open)?.peer !== before.chats.get(open)?.peer) this.look();
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

/** All that this tab knows, for where the store remembers nothing: no events, so nothing held. */
function known(state: State): Saved {
  const { user, device, account } = state;
  const chats = [...state.chats.values()].map((chat) => ({ ...(chat as Kept), held: [] }));
  return {
    epoch: 0,
    meta: { user, device, account, since: null },
    chats,
    users: [...state.users.values()],
    outbox: state.outbox,
    drafts: [...state.drafts],
    reads: [],
  };
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
    uploads: new Map(),
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
