/** The blur that stands where a picture will be: from its ThumbHash, some 25 bytes. */
import { thumbHashToDataURL } from "thumbhash";

const made = new Map<string, string>();
const MOST = 400;

/** As an address for an image; undefined for none, or for one that is none. */
export function blurOf(hash: string): string | undefined {
  if (hash === "") return undefined;
  const known = made.get(hash);
  if (known !== undefined) return known || undefined;
  const url = decoded(hash);
  if (made.size >= MOST) made.delete(made.keys().next().value!);
  made.set(hash, url);
  return url || undefined;
}

function decoded(hash: string): string {
  try {
    const bytes = Uint8Array.from(atob(hash), (char) => char.charCodeAt(0));
    return bytes.length < 5 ? "" : thumbHashToDataURL(bytes);
  } catch {
    return "";
  }
}
