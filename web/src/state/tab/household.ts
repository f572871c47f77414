/**
 * All tabs of one account on this device, as seen from one of them: exactly one leads, holds the
 * socket and writes what the server says; the others follow it.
 */
import { Channel } from "@/net/channel";
import type { Clock } from "@/net/clock";
import { Election, holdAlive, onDeath } from "@/net/election";
import type { Session } from "@/net/http";
import { Engine, type EngineDuties, type Roads } from "../engine/engine";
import type { Lead } from "../engine/lead";
import type { Patch } from "../patch";
import type { Saved, Store } from "../store/store";
import { Following } from "./following";
import { Leading } from "./leading";
import type { Note } from "./notes";

export interface HouseholdDuties extends Pick<EngineDuties, "isVoid" | "offline" | "otherAccount"> {
  show(patch: Patch): void;
  /** Another tab leads: tell it what only this one knows. */
  led(): void;
  /** Another tab changed a draft. */
  drafted(note: Extract<Note, { kind: "draft" }>): void;
  /** The person signed out in another tab. */
  gone(): void;
  /** All that this tab knows, for where the store remembers nothing. */
  known(): Saved;
  roads: Roads;
}

export class Household {
  private readonly channel: Channel<Note> | null;
  private readonly election: Election | null;
  private readonly following: Following;
  private leading: { engine: Engine; leading: Leading } | null = null;
  private letGo: () => void = () => undefined;
  private over = false;
  /** No other tab has led in this one's time. */
  private alone = true;
  /** About to lead. */
  private rising = false;
  /** Grows with every change of the lead, so that a late step knows it is late. */
  private turn = 0;

  constructor(
    private readonly tab: string,
    session: Session,
    private readonly store: Store,
    private saved: Saved,
    private readonly clock: Clock,
    private readonly duties: HouseholdDuties,
  ) {
    const name = `chinwag:${session.user}`;
    const shared = "locks" in navigator && "BroadcastChannel" in globalThis;
    this.channel = shared ? new Channel(name, (note) => this.heard(note)) : null;
    this.election = shared
      ? new Election(name, {
          elected: () => void this.elected(),
          deposed: () => void this.deposed(),
        })
      : null;
    this.following = new Following(tab, clock, {
      say: (note) => this.channel?.say(note),
      show: (patch) => duties.show(patch),
      led: () => duties.led(),
      stuck: () => {
        if (!this.leading && document.visibilityState === "visible") this.election?.steal();
      },
    });
  }

  /** Whom to ask. */
  get lead(): Lead {
    return this.leading?.engine ?? this.following;
  }

  async begin(): Promise<void> {
    if (!this.election) {
      await this.elected();
      return;
    }
    this.letGo = await holdAlive(aliveLock(this.tab));
    if (this.over) {
      this.letGo();
      return;
    }
    this.election.stand();
    this.following.join();
  }

  /** To all other tabs. */
  say(note: Note): void {
    this.channel?.say(note);
  }

  /** Be no part of it any more; what was told is written. */
  async end(): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.say({ kind: "leaves", tab: this.tab });
    const ended = this.abdicate();
    this.election?.resign();
    this.channel?.close();
    this.letGo();
    await ended;
  }

  // --- inside ------------------------------------------------------------------------------------

  private async elected(): Promise<void> {
    const turn = ++this.turn;
    this.rising = true;
    const epoch = await this.store.claim();
    // Somebody led when this tab read the store, or since: there is more in it by now.
    const same = this.alone && epoch === this.saved.epoch + 1;
    if (this.store.durable && !same) this.saved = await this.store.load();
    else if (!this.store.durable) this.saved = this.duties.known();
    this.rising = false;
    if (this.over || turn !== this.turn) return;
    const engine: Engine = new Engine(this.store, this.saved, this.duties.roads, this.clock, {
      ...this.duties,
      tell: (patch) => leading.tell(patch),
      fenced: () => void this.deposed(),
    });
    const leading = new Leading(engine, epoch, {
      say: (note) => this.say(note),
      onDeath: (tab, gone) => onDeath(aliveLock(tab), gone),
      deposed: () => void this.deposed(),
    });
    this.leading = { engine, leading };
    engine.start();
    leading.begin();
    this.following.handOver(engine);
    this.duties.led();
  }

  /** Another tab took over while this one hung: follow it. */
  private async deposed(): Promise<void> {
    const turn = ++this.turn;
    this.election?.resign();
    await this.abdicate();
    if (this.over || turn !== this.turn) return;
    this.election?.stand();
    this.following.join();
  }

  private async abdicate(): Promise<void> {
    const { leading } = this;
    this.leading = null;
    leading?.leading.end();
    await leading?.engine.stop();
  }

  private heard(note: Note): void {
    if (note.kind === "draft") this.duties.drafted(note);
    else if (note.kind === "gone") this.duties.gone();
    else if (this.rising && note.kind === "knocks") this.say({ kind: "rises" });
    else if (this.leading) this.leading.leading.heard(note);
    else {
      if (note.kind === "leads") this.alone = false;
      this.following.heard(note);
    }
  }
}

function aliveLock(tab: string): string {
  return `chinwag-tab:${tab}`;
}
