/** A picture of a person or a group on its way: the form that asks for it waits. */
import { Gone, Unreadable } from "@/net/carrier";
import { carry } from "@/net/carry";
import { Lost, Refused } from "@/net/socket";
import type { Id } from "@/wire/types";
import { Refusal } from "../contract";

const ATTEMPTS = 3;

/** The id to name it by. Throws `Refusal`, `Refused` or `Lost`. */
export async function carryAvatar(picture: Blob): Promise<Id> {
  const parcel = { name: "picture.jpg", type: picture.type, kind: "avatar" };
  const { signal } = new AbortController();
  let known: Id | undefined;
  const duties = {
    begun: (upload: Id) => (known = upload),
    sent: () => undefined,
    checking: () => undefined,
  };
  for (let attempt = 1; ; attempt++) {
    try {
      const upload = await carry(picture, parcel, known, duties, signal);
      if (upload.file) return upload.file.id;
      throw new Refused(upload.error ?? { code: "internal", text: "" });
    } catch (error) {
      if (error instanceof Unreadable) throw new Refusal("file_gone");
      if (error instanceof Gone) known = undefined;
      const passing = error instanceof Gone || error instanceof Lost;
      if (!passing || attempt >= ATTEMPTS) throw error instanceof Gone ? new Lost("gone") : error;
    }
  }
}
