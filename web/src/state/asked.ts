/** One question to the server that a screen opens with. */
import { useCallback, useEffect, useState } from "react";
import type { AnswerTo, Command } from "@/wire/types";
import { client } from "./client";

export interface Asked<T> {
  /** Null until there is one. */
  readonly answer: T | null;
  /** What was thrown instead of an answer. */
  readonly error: unknown;
  readonly retry: () => void;
  /** Put what is known better in the answer's place. */
  readonly put: (answer: T | null) => void;
}

interface Known<T> {
  readonly to: string;
  readonly answer: T | null;
  readonly error: unknown;
}

/** Ask at once, and again when `version` changes: the last answer stands until the next is there. */
export function useAsked<C extends Command>(command: C, version = 0): Asked<AnswerTo<C>> {
  type T = AnswerTo<C>;
  const question = JSON.stringify(command);
  const [known, setKnown] = useState<Known<T>>({ to: question, answer: null, error: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let stale = false;
    const ask = async () => {
      try {
        const answer = await client.ask(JSON.parse(question) as C);
        if (!stale) setKnown({ to: question, answer, error: null });
      } catch (error) {
        if (!stale) setKnown((before) => ({ ...before, error }));
      }
    };
    void ask();
    return () => {
      stale = true;
    };
  }, [question, version, tries]);
  const current = known.to === question;
  return {
    answer: current ? known.answer : null,
    error: current ? known.error : null,
    retry: useCallback(() => {
      setKnown((before) => ({ ...before, error: null }));
      setTries((times) => times + 1);
    }, []),
    put: useCallback((answer: T | null) => setKnown((before) => ({ ...before, answer })), []),
  };
}
