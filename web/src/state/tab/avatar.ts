/** A picture of a person or a group on its way: the form that asks for it waits. */
import { Gone, Unreadable } from "@/net/carrier";
import { carry, terminate } from "@/net/carry";
import { Lost, Refused } from "@/net/socket";
import type { Id } from "@/wire/types";
import { Refusal } from "../contract";

const PARCEL = { name: "avatar", type: "image/jpeg", kind: "avatar" } as const;
const ATTEMPTS = 3;

/** The id to name it by. Throws `Refusal`, `Refused` or `Lost`. */
export async function carryAvatar(
  picture: Blob,
  progress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Id> {
  let known: Id | undefined;
  const duties = {
    begun: (upload: Id) => (known = upload),
    sent: progress,
    checking: () => undefined,
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const parcel = { ...PARCEL, type: picture.type };
      const upload = await carry(picture, parcel, known, duties, signal);
      if (upload.file) return upload.file.id;
      throw new Refused(upload.error ?? { code: "internal", text: "" });
    } catch (error) {
      if (signal.aborted && known !== undefined) void terminate(known);
      if (error instanceof Unreadable) throw new Refusal("file_gone");
      if (error instanceof Gone) known = undefined;
      const passing = error instanceof Gone || error instanceof Lost;
      if (!passing || signal.aborted || attempt >= ATTEMPTS) throw error;
    }
  }
}
