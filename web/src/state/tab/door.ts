/**
 * Who is signed in in this tab: enters an account with its store and its other tabs, and leaves it.
 * All tabs of the browser share one cookie, so they follow each other.
 */
import { carry, terminate } from "@/net/carry";
import type { Clock } from "@/net/clock";
import { http, type Session } from "@/net/http";
import { dialer } from "@/net/socket";
import { SUBPROTOCOL } from "@/wire/types";
import type { Lead } from "../engine/lead";
import type { State } from "../model";
import type { Patch } from "../patch";
import { dropDatabase } from "../store/database";
import { MemoryStore } from "../store/memory";
import { openStore } from "../store/opening";
import type { Saved, Store } from "../store/store";
import { Household } from "./household";
import { NoLead } from "./nolead";
import type { Note } from "./notes";
import { canRemember, onSession, remember, remembered } from "./who";

export interface DoorDuties {
  show(patch: Patch): void;
  /** Nothing of the account before is to be seen any more. */
  clear(phase: State["phase"], session: Session | null): void;
  /** What this device kept. */
  entered(saved: Saved): void;
  /** Another tab leads, or this one does. */
  led(): void;
  drafted(note: Extract<Note, { kind: "draft" }>): void;
  known(): Saved;
}

const NOBODY = new NoLead();

export class Door {
  store: Store = new MemoryStore("");
  private session: Session | null = null;
  private household: Household | null = null;
  private away = false;
  /** Entering and leaving happen one after the other. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly tab: string,
    private readonly clock: () => Clock,
    private readonly duties: DoorDuties,
  ) {}

  get lead(): Lead {
    return this.household?.lead ?? NOBODY;
  }

  /** Enter as whoever is signed in in this browser. */
  async open(): Promise<void> {
    onSession((session) => void this.enter(session));
    const session = remembered() ?? (await http.session().catch(() => null));
    if (session) remember(session);
    await this.enter(session);
  }

  /** Somebody signed in; null: out. The same once more changes nothing. */
  enter(session: Session | null): Promise<void> {
    return this.next(async () => {
      const same = session?.user === this.session?.user && session?.device === this.session?.device;
      if (same && this.session) return;
      await this.leaveAll();
      this.session = session;
      this.duties.clear(session ? "starting" : "signed-out", session);
      if (!session) return;
      const { store, saved } = await openStore(session.user);
      this.store = store;
      this.duties.entered(saved);
      await this.join(session, saved);
    });
  }

  /** Sign out: nothing of the account stays on this device. */
  async forget(): Promise<void> {
    const user = this.session?.user;
    remember(null);
    this.household?.say({ kind: "gone" });
    await this.enter(null);
    if (user) await dropDatabase(user).catch(() => undefined);
  }

  /** To the other tabs of the account. */
  say(note: Note): void {
    this.household?.say(note);
  }

  /** The page goes away, perhaps to come back: let another tab lead. */
  leave(): void {
    this.away = true;
    void this.household?.end();
    this.household = null;
  }

  comeBack(): void {
    if (!this.away) return;
    this.away = false;
    if (canRemember()) void this.enter(remembered());
    void this.next(async () => {
      if (this.session && !this.household) await this.join(this.session, await this.store.load());
    });
  }

  // --- inside ------------------------------------------------------------------------------------

  private next(step: () => Promise<void>): Promise<void> {
    this.last = this.last.then(step);
    return this.last;
  }

  private async leaveAll(): Promise<void> {
    await this.household?.end();
    this.household = null;
    this.store.close();
    this.store = new MemoryStore("");
  }

  private async join(session: Session, saved: Saved): Promise<void> {
    if (this.away) return;
    const secure = location.protocol === "https:";
    const url = `${secure ? "wss" : "ws"}://${location.host}/ws`;
    const household = new Household(this.tab, session, this.store, saved, this.clock(), {
      ...this.duties,
      roads: {
        dial: dialer(url, SUBPROTOCOL),
        carry,
        terminate: (upload) => void terminate(upload),
      },
      isVoid,
      offline: () => !navigator.onLine,
      otherAccount: (user, device) => {
        remember({ user, device });
        void this.enter({ user, device });
      },
      gone: () => void this.enter(null),
    });
    this.household = household;
    await household.begin();
  }
}

/** Whether the cookie stands for nobody any more; no network is no answer. */
async function isVoid(): Promise<boolean> {
  return (await http.session().catch(() => undefined)) === null;
}
