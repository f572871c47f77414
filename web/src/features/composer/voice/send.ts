/** A recording as a message. */
import { toast } from "@/design";
import { client, newId } from "@/state";
import { refusalText } from "@/words";
import type { Id, Seq } from "@/wire/types";
import type { Recorded } from "./recording";

export function sendVoice(chat: Id, recorded: Recorded, replyTo: Seq | null): void {
  const { file, duration, waveform } = recorded;
  const { name, type, size } = file;
  const what = { kind: "voice", name, type, size, duration, waveform, batch: newId() } as const;
  try {
    const options = replyTo === null ? {} : { replyTo };
    client.sendFile(chat, file, { ...what, width: 0, height: 0 }, "", options);
  } catch (error) {
    toast({ text: refusalText(error), urgent: true });
  }
}
