/**
 * One leading tab, by Web Locks: the browser passes the lock on when a tab closes, crashes or lets
 * go. A tab that hangs can be deposed by one that a person looks at (`steal`).
 */

export interface ElectionDuties {
  elected(): void;
  /** Another tab took the lead away. */
  deposed(): void;
}

export class Election {
  private letGo: () => void = () => undefined;
  private standing: AbortController | null = null;

  constructor(
    private readonly name: string,
    private readonly duties: ElectionDuties,
  ) {}

  /** Lead as soon as nobody else does. */
  stand(): void {
    if (this.standing) return;
    this.ask(false);
  }

  /** Lead now, whoever does. */
  steal(): void {
    this.resign();
    this.ask(true);
  }

  /** Lead no more, and do not stand any more. */
  resign(): void {
    this.standing?.abort();
    this.standing = null;
    this.letGo();
    this.letGo = () => undefined;
  }

  private ask(steal: boolean): void {
    const standing = new AbortController();
    this.standing = standing;
    const lead = () => {
      if (standing.signal.aborted) return Promise.resolve();
      const led = new Promise<void>((resolve) => (this.letGo = resolve));
      this.duties.elected();
      return led;
    };
    // A stolen lock and a signal exclude each other.
    const options: LockOptions = steal ? { steal } : { signal: standing.signal };
    navigator.locks.request(this.name, options, lead).catch(() => {
      if (this.standing !== standing) return;
      this.standing = null;
      this.duties.deposed();
    });
  }
}

/** Hold a lock for as long as this tab lives. Resolves once it does, with the way to let it go. */
export function holdAlive(name: string): Promise<() => void> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => new Promise<void>((letGo) => resolve(() => letGo())));
  });
}

/** Call `gone` when the tab that holds the lock is no more. */
export function onDeath(name: string, gone: () => void): () => void {
  const watching = new AbortController();
  navigator.locks.request(name, { signal: watching.signal }, gone).catch(() => undefined);
  return () => watching.abort();
}
