/** Completing an `@`: who is offered, which one is marked, what the keys do. */
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from "react";
import { announce } from "@/design";
import { useWords } from "@/words";
import type { User } from "@/wire/types";
import { asked, type Asked, candidates } from "./mentioning";

interface Options {
  readonly text: string;
  readonly caret: number;
  /** Something was written here: what a draft ends in asks for nobody. */
  readonly typed: boolean;
  readonly members: readonly User[];
  readonly onChoose: (at: Asked, user: User) => void;
}

export interface Mentioning {
  readonly id: string;
  readonly users: readonly User[];
  readonly active: number;
  readonly choose: (user: User) => void;
  /** Whether the key was for the list. */
  readonly onKey: (event: KeyboardEvent) => boolean;
}

const NOBODY: readonly User[] = [];

export function useMentioning({ text, caret, typed, members, onChoose }: Options): Mentioning {
  const t = useWords("composer");
  const id = useId();
  const at = useMemo(
    () => (members.length > 0 ? asked(text, caret) : null),
    [text, caret, members],
  );
  const [dismissed, setDismissed] = useState(-1);
  if (at === null && dismissed >= 0) setDismissed(-1);
  const [marked, setMarked] = useState({ query: "", index: 0 });
  const open = typed && at !== null && at.from !== dismissed;
  const users = useMemo(() => (open ? candidates(members, at.query) : NOBODY), [open, members, at]);
  const active = open && marked.query === at.query ? Math.min(marked.index, users.length - 1) : 0;

  useEffect(() => {
    if (users.length > 0) announce(t("peopleFound", { count: users.length }));
  }, [users.length, t]);

  const choose = (user: User): void => {
    if (at) onChoose(at, user);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!open || users.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const index = (active + step + users.length) % users.length;
      setMarked({ query: at.query, index });
      return true;
    }
    if (event.key === "Enter" || event.key === "Tab") {
      choose(users[active]!);
      return true;
    }
    if (event.key !== "Escape") return false;
    setDismissed(at.from);
    return true;
  };
  return { id, users, active, choose, onKey };
}
