/** Words for screen readers alone, from anywhere. `<LiveRegion/>` says them. */

type Listener = (text: string) => void;

const listeners = new Set<Listener>();

/** Say `text` once, when the reader has finished what it is saying. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

/** Hear what is announced, until the returned function is called. */
export function onAnnounce(listener: Listener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
