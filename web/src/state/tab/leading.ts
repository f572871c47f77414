/** A tab that leads: what the others hear from it, and what it does for them. */
import type { Engine } from "../engine/engine";
import { newId } from "../ids";
import type { Patch } from "../patch";
import { answered } from "./following";
import type { Note, Told } from "./notes";

export interface LeadingDuties {
  say(note: Note): void;
  /** Call `gone` when a tab is no more; gives the way to call it off. */
  onDeath(tab: string, gone: () => void): () => void;
  /** Another tab leads, and did not ask. */
  deposed(): void;
}

export class Leading {
  private readonly term = newId();
  private n = 0;
  private over = false;
  /** The other tabs, and how to stop watching over each. */
  private readonly tabs = new Map<string, () => void>();

  constructor(
    private readonly engine: Engine,
    private readonly epoch: number,
    private readonly duties: LeadingDuties,
  ) {}

  begin(): void {
    this.say({ kind: "leads", term: this.term, epoch: this.epoch });
  }

  /** Another tab leads from now on: what is not answered yet is asked there. */
  end(): void {
    this.over = true;
    for (const unwatch of this.tabs.values()) unwatch();
    this.tabs.clear();
  }

  /** To all others, if there are any. */
  tell(patch: Patch): void {
    if (!this.tabs.size) return;
    this.n += 1;
    this.say({ kind: "patch", term: this.term, n: this.n, patch });
  }

  heard(note: Note): void {
    if (this.over) return;
    switch (note.kind) {
      case "leads":
        if (note.epoch > this.epoch) this.duties.deposed();
        break;
      case "joins":
        this.watch(note.tab);
        this.begin();
        this.whole(note.tab);
        break;
      case "leaves":
        this.gone(note.tab);
        break;
      case "knocks":
        this.begin();
        break;
      case "asks": {
        const { tab: to, id, question } = note;
        void answered(this.engine, question).then((answer) => {
          this.say({ kind: "answers", to, id, answer });
        });
        break;
      }
      case "tells":
        this.does(note.told);
        break;
      default:
    }
  }

  private say(note: Note): void {
    if (!this.over) this.duties.say(note);
  }

  private whole(to: string): void {
    this.say({ kind: "whole", to, term: this.term, n: this.n, patch: this.engine.whole() });
  }

  private does(told: Told): void {
    const { name, args } = told;
    (this.engine[name] as (...given: unknown[]) => void)(...args);
  }

  private watch(tab: string): void {
    if (this.tabs.has(tab)) return;
    this.tabs.set(
      tab,
      this.duties.onDeath(tab, () => this.gone(tab)),
    );
  }

  private gone(tab: string): void {
    this.tabs.get(tab)?.();
    this.tabs.delete(tab);
    this.engine.look(tab, null);
  }
}
