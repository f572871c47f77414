import { useCallback, useEffect, useState } from "react";
import { client } from "@/state";
import { refusalText } from "@/words";

type Answer<T> =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly why: string }
  | { readonly status: "here"; readonly value: T };

/** What the server answers, asked once; `put` when a later answer says how it is now. */
export function useAnswer<T>(ask: (asked: typeof client.ask) => Promise<T>): {
  readonly answer: Answer<T>;
  readonly put: (value: T) => void;
  readonly retry: () => void;
} {
  const [answer, setAnswer] = useState<Answer<T>>({ status: "loading" });
  const [tries, setTries] = useState(0);
  const [asking] = useState(() => ask);
  useEffect(() => {
    let gone = false;
    asking((command) => client.ask(command)).then(
      (value) => !gone && setAnswer({ status: "here", value }),
      (error: unknown) => !gone && setAnswer({ status: "failed", why: refusalText(error) }),
    );
    return () => {
      gone = true;
    };
  }, [asking, tries]);
  const put = useCallback((value: T) => setAnswer({ status: "here", value }), []);
  const retry = () => {
    setAnswer({ status: "loading" });
    setTries(tries + 1);
  };
  return { answer, put, retry };
}
