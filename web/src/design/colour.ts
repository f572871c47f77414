/** Colours from ids: the same person has the same colour on every device. */

const COLOURS = 12;

/** 1..12, spread evenly over ids (FNV-1a, so that ids of the same moment differ too). */
export function colourOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) {
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  }
  return (hash % COLOURS) + 1;
}

/** For a sender's name: reads on every bubble, in both themes. */
export function senderColour(id: string): string {
  return `var(--sender-${colourOf(id)})`;
}

/** Behind initials in `senderColour` of the same id. */
export function avatarColour(id: string): string {
  return `var(--avatar-${colourOf(id)})`;
}
