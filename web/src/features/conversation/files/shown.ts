/** What a bubble shows of a file: the server's word for it, or what this device knows of its own. */
import { filePath, PREVIEW_SIDES } from "@/net/files";
import type { Pending } from "@/state";
import type { Source } from "@/design";
import type { FileKind, Id, Millis } from "@/wire/types";
import type { Said } from "../items";

export interface ShownFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly size: number;
  readonly width: number;
  readonly height: number;
  readonly duration: Millis;
  readonly placeholder: string;
  readonly waveform: string;
  /** Pictures of it at the server, smallest first. */
  readonly sources: readonly Source[];
  /** At the server; "" while it is on its way. */
  readonly id: Id;
  /** Of the message, if this device sent it: its own copy of the file may still be here. */
  readonly clientId: string;
}

const NONE = { width: 0, height: 0, duration: 0, placeholder: "", waveform: "" };

/** The file of a message; null for one that has none. */
export function shownFile(said: Said): ShownFile | null {
  const { body } = "event" in said ? said.event : said.pending;
  if (body.kind !== "message") return null;
  const clientId = "event" in said ? (said.event.client_id ?? "") : said.pending.clientId;
  const { file } = body;
  if (file) return { ...NONE, ...file, sources: sourcesOf(file), clientId };
  return "pending" in said ? onTheWay(said.pending) : null;
}

function onTheWay({ attached, clientId }: Pending): ShownFile | null {
  return attached ? { ...NONE, ...attached, sources: [], id: "", clientId } : null;
}

interface Pictured {
  readonly id: Id;
  readonly width?: number;
  readonly height?: number;
  readonly previews?: readonly ("small" | "medium")[];
}

/** Where the previews are, and how wide each of them is. */
export function sourcesOf({ id, width = 0, height = 0, previews = [] }: Pictured): Source[] {
  const longest = Math.max(width, height);
  return (["small", "medium"] as const)
    .filter((part) => previews.includes(part))
    .map((part) => {
      const scale = longest > 0 ? Math.min(1, PREVIEW_SIDES[part] / longest) : 1;
      const across = longest > 0 ? Math.round(width * scale) : PREVIEW_SIDES[part];
      return { url: filePath(id, part), width: Math.max(1, across) };
    });
}
