import { useEffect, useState } from "react";
import { client, useChinwag } from "@/state";
import type { Server } from "@/wire/types";

/** What the server says of itself: null while it is asked, 'unreachable' if it does not answer. */
export function useServer(): { server: Server | "unreachable" | null; retry: () => void } {
  const known = useChinwag((state) => state.server);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    client
      .serverInfo()
      .then(() => !gone && setFailed(false))
      .catch(() => !gone && setFailed(true));
    return () => {
      gone = true;
    };
  }, [tries]);
  return {
    server: known ?? (failed ? "unreachable" : null),
    retry: () => {
      setFailed(false);
      setTries(tries + 1);
    },
  };
}
