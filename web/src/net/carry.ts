/** Files by HTTP: resumable (tus 1.0), then the wait for what the server makes of them. */
import type { Upload } from "@/wire/types";
import { Gone, type Carrier } from "./carrier";
import { http } from "./http";
import { Lost, Refused } from "./socket";

/** So long the server may hold its answer while it looks at a file: less than a call may take. */
const WAIT_S = 12;

/** The part of it that few visits need is loaded with the first file. */
export const carry: Carrier = async (file, parcel, known, duties, signal) => {
  const tus = await import("./tus").catch(() => {
    throw new Lost("not loaded");
  });
  const id = await tus.push(file, parcel, known, duties, signal);
  duties.checking();
  for (;;) {
    const upload = await inspect(id);
    if (signal.aborted) throw new Lost("called off");
    if (upload.state === "open") throw new Lost("not all of it is there");
    if (upload.state !== "checking") return upload;
  }
};

/** End an upload: what came of it is thrown away. That it is gone already is as well. */
export async function terminate(upload: string): Promise<void> {
  await http.endUpload(upload).catch(() => undefined);
}

async function inspect(id: string): Promise<Upload> {
  try {
    return await http.upload(id, WAIT_S);
  } catch (error) {
    if (error instanceof Refused && !error.retry) throw new Gone(error.message);
    throw error;
  }
}
