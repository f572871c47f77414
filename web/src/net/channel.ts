/** Words between the tabs of one account. What a tab says, it does not hear itself. */

export class Channel<T> {
  private readonly channel: BroadcastChannel;
  private closed = false;

  constructor(name: string, heard: (note: T) => void) {
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }: MessageEvent<T>) => heard(data);
  }

  say(note: T): void {
    if (!this.closed) this.channel.postMessage(note);
  }

  close(): void {
    this.closed = true;
    this.channel.close();
  }
}
