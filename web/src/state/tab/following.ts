/**
 * A tab that does not lead: what it asks goes to the tab that does, and is asked again when another
 * one takes over. Nothing that is asked here does harm when it is done twice.
 */
import type { Clock } from "@/net/clock";
import type { AnswerTo, Command, Doing, HistoryCommand, Id, Page, Seq } from "@/wire/types";
import { Refusal } from "../contract";
import type { Lead, Look } from "../engine/lead";
import type { Attached, Pending } from "../model";
import type { Patch } from "../patch";
import type { Answer, Note, Question, Told } from "./notes";

// Longer than the leading tab takes to give up.
const ANSWER_MS = 20_000;
// A tab that leads and does not answer for so long has stopped.
const KNOCK_MS = 3_000;

export interface FollowingDuties {
  say(note: Note): void;
  show(patch: Patch): void;
  /** Another tab leads now: it may not know what the last one was told. */
  led(): void;
  /** Nobody leads, though somebody holds the lock. */
  stuck(): void;
}

interface Asked {
  readonly question: Question;
  readonly settle: (answer: Answer) => void;
}

export class Following implements Lead {
  private term = "";
  private epoch = 0;
  /** Number of the last patch; -1 until everything was told. */
  private n = -1;
  private lastId = 0;
  private readonly asked = new Map<number, Asked>();
  private knocking: (() => void) | null = null;

  constructor(
    private readonly tab: string,
    private readonly clock: Clock,
    private readonly duties: FollowingDuties,
  ) {}

  /** Ask to be told everything. */
  join(): void {
    this.n = -1;
    this.duties.say({ kind: "joins", tab: this.tab });
  }

  heard(note: Note): void {
    switch (note.kind) {
      case "rises":
        this.present();
        break;
      case "leads":
        if (note.epoch < this.epoch) break;
        this.present();
        if (note.term === this.term) break;
        this.term = note.term;
        this.epoch = note.epoch;
        this.join();
        for (const [id, { question }] of this.asked) this.put(id, question);
        this.duties.led();
        break;
      case "whole":
        if (note.to !== this.tab || note.term !== this.term) break;
        this.n = note.n;
        this.duties.show(note.patch);
        break;
      case "patch":
        if (note.term !== this.term || this.n < 0 || note.n <= this.n) break;
        if (note.n === this.n + 1) {
          this.n = note.n;
          this.duties.show(note.patch);
        } else this.join();
        break;
      case "answers":
        if (note.to === this.tab) this.asked.get(note.id)?.settle(note.answer);
        break;
      default:
    }
  }

  /** See whether the leading tab is alive. */
  knock(): void {
    if (this.knocking) return;
    this.duties.say({ kind: "knocks" });
    this.knocking = this.clock.after(KNOCK_MS, () => {
      this.knocking = null;
      this.duties.stuck();
    });
  }

  /** This tab leads from now on: what is not answered yet is asked there. */
  handOver(lead: Lead): void {
    this.present();
    for (const { question, settle } of this.asked.values())
      void answered(lead, question).then(settle);
  }

  ask<C extends Command>(command: C): Promise<AnswerTo<C>> {
    return this.question({ ask: command }) as Promise<AnswerTo<C>>;
  }

  page(command: HistoryCommand): Promise<Page> {
    return this.question({ page: command }) as Promise<Page>;
  }

  queue(entry: Pending, file?: Blob): void {
    this.tell({ name: "queue", args: [entry, file] });
  }

  retry(clientId: string, as?: Attached["kind"]): void {
    this.tell({ name: "retry", args: [clientId, as] });
  }

  discard(clientId: string): void {
    this.tell({ name: "discard", args: [clientId] });
  }

  seen(chat: Id, seq: Seq, count: number): void {
    this.tell({ name: "seen", args: [chat, seq, count] });
  }

  look(tab: string, look: Look | null): void {
    this.tell({ name: "look", args: [tab, look] });
  }

  typing(chat: Id, active: boolean, doing?: Doing): void {
    this.tell({ name: "typing", args: [chat, active, doing] });
  }

  hurry(): void {
    this.tell({ name: "hurry", args: [] });
  }

  returned(): void {
    this.tell({ name: "returned", args: [] });
    this.knock();
  }

  leaving(leaves: boolean): void {
    this.tell({ name: "leaving", args: [leaves] });
  }

  // --- inside ------------------------------------------------------------------------------------

  private present(): void {
    this.knocking?.();
    this.knocking = null;
  }

  private tell(told: Told): void {
    this.duties.say({ kind: "tells", told });
  }

  private question(question: Question): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const late = this.clock.after(ANSWER_MS, () => {
        this.asked.delete(id);
        reject(new Refusal("offline"));
      });
      const settle = (answer: Answer) => {
        late();
        if (!this.asked.delete(id)) return;
        if ("ok" in answer) resolve(answer.ok);
        else reject(new Refusal(answer.code, answer.retryAfter, answer.field));
      };
      this.asked.set(id, { question, settle });
      this.put(id, question);
      this.knock();
    });
  }

  private put(id: number, question: Question): void {
    this.duties.say({ kind: "asks", tab: this.tab, id, question });
  }
}

/** What the leading tab says to a question. */
export async function answered(lead: Lead, question: Question): Promise<Answer> {
  try {
    return { ok: await ("ask" in question ? lead.ask(question.ask) : lead.page(question.page)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, retryAfter: error.retryAfter, field: error.field };
  }
}
