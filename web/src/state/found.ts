/** People whom the server finds while one types. */
import { useEffect, useState } from "react";
import { LIMITS, type Millis, type User } from "@/wire/types";
import { client } from "./client";
import { Refusal } from "./contract";

export interface Found {
  /** Best match first. */
  readonly users: readonly User[];
  /** `idle`: the query is too short to ask. */
  readonly status: "idle" | "asking" | "done" | "failed";
  /** Why it failed. */
  readonly code: string;
  readonly retryAfter: Millis;
}

const SHORTEST = 2;
const PAUSE = 250;
const IDLE: Found = { users: [], status: "idle", code: "", retryAfter: 0 };
const ASKING: Found = { ...IDLE, status: "asking" };

/** Ask the server who answers to `query`, a moment after the last key. Look-ups are limited. */
export function useFound(query: string): Found {
  const wanted = query.trim().replace(/^@/, "").slice(0, LIMITS.QUERY_CHARS);
  const [answer, setAnswer] = useState({ to: "", found: IDLE });
  useEffect(() => {
    if (wanted.length < SHORTEST) return;
    let stale = false;
    const ask = async () => {
      const found = await look(wanted);
      if (!stale) setAnswer({ to: wanted, found });
    };
    const timer = setTimeout(() => void ask(), PAUSE);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  if (wanted.length < SHORTEST) return IDLE;
  return answer.to === wanted ? answer.found : ASKING;
}

async function look(query: string): Promise<Found> {
  try {
    const { users = [] } = await client.ask({ type: "find", query });
    return { ...IDLE, users, status: "done" };
  } catch (error) {
    const { code, retryAfter } = error instanceof Refusal ? error : new Refusal("internal");
    return { ...IDLE, status: "failed", code, retryAfter };
  }
}
