const LINK = /\/join\/([A-Za-z0-9_-]{8,64})\/?(?:[?#].*)?$/;

/** The code in a pasted link to a group's invitation; null in anything else. */
export function inviteCode(text: string): string | null {
  return LINK.exec(text.trim())?.[1] ?? null;
}
