/**
 * Files of one's own as this tab shows them before the server has them, and for a while after: an
 * address for each, as an object URL.
 */

/** Addresses kept, of those looked at last. What they stand for is not in memory. */
const KEPT = 100;

export interface LocalFile {
  readonly url: string;
  /** As the browser calls it. */
  readonly type: string;
}

export class Files {
  private readonly known = new Map<string, LocalFile>();
  private readonly asked = new Map<string, Promise<LocalFile | null>>();

  constructor(private readonly stored: (clientId: string) => Promise<Blob | null>) {}

  /** A message with it was written here. */
  wrote(clientId: string, file: Blob): void {
    this.known.set(clientId, { url: URL.createObjectURL(file), type: file.type });
    for (const [oldest, { url }] of this.known) {
      if (this.known.size <= KEPT) break;
      this.known.delete(oldest);
      URL.revokeObjectURL(url);
    }
  }

  /** What is known without asking. */
  at(clientId: string): LocalFile | null {
    return this.known.get(clientId) ?? null;
  }

  /** The same for what was written in another tab, or before a reload. */
  find(clientId: string): Promise<LocalFile | null> {
    const asked = this.asked.get(clientId) ?? this.look(clientId);
    this.asked.set(clientId, asked);
    return asked;
  }

  /** Another person sits here. */
  clear(): void {
    for (const { url } of this.known.values()) URL.revokeObjectURL(url);
    this.known.clear();
    this.asked.clear();
  }

  private async look(clientId: string): Promise<LocalFile | null> {
    const file = await this.stored(clientId);
    if (file && !this.known.has(clientId)) this.wrote(clientId, file);
    this.asked.delete(clientId);
    return this.at(clientId);
  }
}
