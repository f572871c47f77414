/** A tab that leads: what the others hear from it, and what it does for them. */
import { onDeath } from "@/net/election";
import type { Engine } from "../engine/engine";
import { newId } from "../ids";
import type { Patch } from "../patch";
import { answered } from "./following";
import type { Note, Told } from "./notes";

export class Leading {
  private readonly term = newId();
  private n = 0;
  /** The other tabs, and how to stop watching over each. */
  private readonly tabs = new Map<string, () => void>();

  constructor(
    private readonly engine: Engine,
    private readonly say: (note: Note) => void,
    private readonly aliveLock: (tab: string) => string,
  ) {}

  begin(): void {
    this.say({ kind: "leads", term: this.term });
  }

  end(): void {
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
    switch (note.kind) {
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
      onDeath(this.aliveLock(tab), () => this.gone(tab)),
    );
  }

  private gone(tab: string): void {
    this.tabs.get(tab)?.();
    this.tabs.delete(tab);
    this.engine.look(tab, null);
  }
}
