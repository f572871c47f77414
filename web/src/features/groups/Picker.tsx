import { Check, X } from "lucide-react";
import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import {
  Avatar,
  Highlight,
  ListRow,
  SearchField,
  Spinner,
  VirtualList,
  type VirtualListHandle,
} from "@/design";
import { useChinwag, useFound } from "@/state";
import { LIMITS, type Id, type User } from "@/wire/types";
import { contacts, errorText, lit, people, terms, useWords, userName } from "@/words";
import styles from "./Groups.module.css";

export interface PickerProps {
  readonly picked: readonly User[];
  readonly onPick: (picked: readonly User[]) => void;
  /** Those who are in the group already. */
  readonly inside?: ReadonlySet<Id>;
}

const NOBODY: ReadonlySet<Id> = new Set();

function idOf(user: User): Id {
  return user.id;
}

/** Choose people: those one knows, and others by handle. */
export function Picker({ picked, onPick, inside = NOBODY }: PickerProps) {
  const t = useWords("groups");
  const hint = useWords("people");
  const handle = useChinwag((state) => state.account?.user.handle ?? "");
  const [query, setQuery] = useState("");
  const list = useRef<VirtualListHandle>(null);
  const field = useRef<HTMLDivElement>(null);
  const found = useFound(query);
  const { wanted, items } = useCandidates(query, found.users);
  const focusField = () => field.current?.querySelector("input")?.focus();

  const toggle = (user: User) => {
    const without = picked.filter((it) => it.id !== user.id);
    if (without.length < picked.length) {
      onPick(without);
      return;
    }
    if (picked.length >= LIMITS.MEMBERS_PER_CALL) return;
    onPick([...picked, user]);
    if (query) {
      setQuery("");
      focusField();
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") list.current?.focus();
    else if (event.key === "Enter" && query.trim()) list.current?.pick();
    else if (event.key === "Backspace" && !query) {
      onPick(picked.slice(0, -1));
      return;
    } else return;
    event.preventDefault();
  };

  return (
    <>
      <Chips picked={picked} onDrop={toggle} />
      <div ref={field} role="search" aria-label={t("pickSearch")} className={styles["search"]}>
        <SearchField
          // The person came here to choose somebody.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          label={t("pickSearch")}
          value={query}
          onChange={setQuery}
          onKeyDown={onKeyDown}
        />
      </div>
      <VirtualList
        ref={list}
        label={t("people")}
        items={items}
        keyOf={idOf}
        estimate={60}
        onLeaveTop={focusField}
        render={(user) => (
          <PersonRow
            user={user}
            wanted={wanted}
            inside={inside.has(user.id)}
            checked={picked.some((it) => it.id === user.id)}
            onToggle={() => toggle(user)}
          />
        )}
      />
      {picked.length >= LIMITS.MEMBERS_PER_CALL && (
        <p className={styles["note"]} role="status">
          {t("enough", { count: picked.length })}
        </p>
      )}
      {found.status === "asking" && (
        <p className={styles["note"]}>
          <Spinner size={14} />
          {t("looking")}
        </p>
      )}
      {found.status === "done" && items.length === 0 && (
        <p className={styles["note"]} role="status">
          {t("nobody")}
        </p>
      )}
      {wanted.length === 0 && items.length === 0 && (
        <p className={styles["note"]}>{hint("noContactsText", { handle: `@${handle}` })}</p>
      )}
      {found.status === "failed" && (
        <p className={styles["problem"]} role="alert">
          {errorText(found.code, found.retryAfter)}
        </p>
      )}
    </>
  );
}

function useCandidates(query: string, foundThere: readonly User[]) {
  const users = useChinwag((state) => state.users);
  const me = useChinwag((state) => state.user);
  const known = useMemo(() => contacts({ user: me, users }), [me, users]);
  return useMemo(() => {
    const wanted = terms(query);
    return { wanted, items: people(known, foundThere, wanted).filter((it) => it.id !== me) };
  }, [query, known, foundThere, me]);
}

interface ChipsProps {
  readonly picked: readonly User[];
  readonly onDrop: (user: User) => void;
}

function Chips({ picked, onDrop }: ChipsProps) {
  const t = useWords("groups");
  if (picked.length === 0) return null;
  return (
    <ul className={styles["chips"]} aria-label={t("picked")}>
      {picked.map((user) => (
        <li key={user.id}>
          <button
            type="button"
            className={styles["chip"]}
            aria-label={t("unpick", { name: userName(user) })}
            onClick={() => onDrop(user)}
          >
            <Avatar
              id={user.id}
              name={userName(user)}
              kind={user.kind}
              picture={user.avatar}
              size={28}
            />
            <bdi>{userName(user)}</bdi>
            <X aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface PersonRowProps {
  readonly user: User;
  readonly wanted: readonly string[];
  readonly inside: boolean;
  readonly checked: boolean;
  readonly onToggle: () => void;
}

function PersonRow({ user, wanted, inside, checked, onToggle }: PersonRowProps) {
  const t = useWords("groups");
  const name = userName(user);
  const handle = `@${user.handle}`;
  return (
    <ListRow
      leading={<Avatar id={user.id} name={name} kind={user.kind} picture={user.avatar} size={44} />}
      title={<Highlight text={name} ranges={lit(name, wanted)} />}
      subtitle={inside ? t("already") : <Highlight text={handle} ranges={lit(handle, wanted)} />}
      trailing={
        <span className={styles["check"]} data-on={checked || inside || undefined}>
          <Check aria-hidden />
        </span>
      }
      checked={checked || inside}
      disabled={inside}
      onSelect={onToggle}
    />
  );
}
