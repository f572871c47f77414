/** A message's file as it is on this device: for its bubble, while the server has none. */
import { useEffect, useState } from "react";
import { localFiles } from "./client";
import type { LocalFile } from "./tab/files";

export type { LocalFile } from "./tab/files";

/** Null: not here, or not yet. Also for a while after the message went out: its event has the id. */
export function useLocalFile(clientId: string | undefined): LocalFile | null {
  const [found, setFound] = useState<{ of: string; file: LocalFile | null } | null>(null);
  const known = clientId === undefined ? null : localFiles.at(clientId);
  const wanted = known ? undefined : clientId;
  useEffect(() => {
    if (wanted === undefined) return;
    let shown = true;
    void localFiles.find(wanted).then((file) => shown && setFound({ of: wanted, file }));
    return () => {
      shown = false;
    };
  }, [wanted]);
  return known ?? (found !== null && found.of === clientId ? found.file : null);
}
