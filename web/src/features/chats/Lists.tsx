import {
  useCallback,
  useDeferredValue,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  type Ref,
} from "react";
import { flushSync } from "react-dom";
import { Spinner, useNow, VirtualList, type VirtualListHandle } from "@/design";
import {
  chatRows,
  client,
  isMember,
  learnMembers,
  now,
  useChinwag,
  useFound,
  useMemberLists,
  type Chat,
  type ChatQuery,
} from "@/state";
import type { Id } from "@/wire/types";
import { errorText, terms, useWords } from "@/words";
import styles from "./ChatList.module.css";
import { ChatRow } from "./ChatRow";
import { browsed, keyOf, searched, stops, type Item, type Known } from "./items";
import { Loading, NoChats, NothingFound } from "./Nothing";
import { ArchivedRow, Heading, PersonRow } from "./OtherRows";
import { RowMenu } from "./RowMenu";
import { useShown } from "./shown";
import { useRowMenu } from "./useRowMenu";

const ROW_HEIGHT = 72;
const NONE: readonly string[] = [];
const ARCHIVED: ChatQuery = { filter: "archived" };

interface ListProps {
  readonly onLeaveTop: () => void;
  readonly ref: Ref<VirtualListHandle>;
}

/** All chats, by filter; or the archived ones. */
export function Browse(props: ListProps) {
  const t = useWords("chats");
  const filter = useShown((it) => it.filter);
  const archived = useShown((it) => it.archived);
  const caughtUp = useChinwag((state) => state.caughtUp);
  const known = useKnown();
  const items = useMemo(() => browsed(known, { filter, archived }), [known, filter, archived]);
  if (items.length === 0) {
    return caughtUp ? <NoChats filter={filter} archived={archived} /> : <Loading />;
  }
  return (
    <Rows
      {...props}
      // Another list, another place to have scrolled to.
      key={archived ? "archived" : filter}
      items={items}
      label={t(archived ? "archived" : "chats")}
      wanted={NONE}
      remember={archived ? "archived" : filter}
    />
  );
}

function useKnown(): Known {
  const rows = useChinwag((state) => chatRows(state));
  const archived = useChinwag((state) => chatRows(state, ARCHIVED));
  const open = useChinwag((state) => state.open);
  const drafts = useChinwag((state) => state.drafts);
  const outbox = useChinwag((state) => state.outbox);
  return useMemo(() => {
    const written = new Set([...drafts.keys(), ...outbox.map((it) => it.chat)]);
    return { rows, archived, open, written };
  }, [rows, archived, open, drafts, outbox]);
}

/** What answers to a query: chats at once, people as soon as the server says. */
export function Results({ query, ref, ...props }: ListProps & { readonly query: string }) {
  const t = useWords("chats");
  const list = useRef<VirtualListHandle>(null);
  const found = useFound(query);
  const { settled, settle } = useSettling(query);
  const wanted = useMemo(() => terms(settled), [settled]);
  useImperativeHandle(ref, () => ({
    focus: () => {
      settle();
      list.current?.focus();
    },
    pick: () => {
      settle();
      list.current?.pick();
    },
  }));
  const rows = useChinwag((state) => chatRows(state));
  const archived = useChinwag((state) => chatRows(state, ARCHIVED));
  const users = useChinwag((state) => state.users);
  const user = useChinwag((state) => state.user);
  const members = useMembersFound();
  const items = useMemo(
    () => searched({ user, users, members, rows: [...rows, ...archived] }, wanted, found.users),
    [user, users, members, rows, archived, wanted, found.users],
  );
  const asking = found.status === "asking";
  return (
    <>
      {items.length === 0 && !asking ? (
        <NothingFound />
      ) : (
        <Rows {...props} ref={list} items={items} label={t("found")} wanted={wanted} />
      )}
      {asking && (
        <p className={styles["note"]}>
          <Spinner size={14} />
          {t("looking")}
        </p>
      )}
      {found.status === "failed" && (
        <p className={styles["note"]} role="alert">
          {errorText(found.code, found.retryAfter)}
        </p>
      )}
    </>
  );
}

/**
 * With thousands of names the field must not wait for the list. Who chooses from it, though, means
 * what answers to all that is typed, not what is still on screen: `settle` draws that at once.
 */
function useSettling(query: string) {
  const [hurried, setHurried] = useState<string | null>(null);
  const deferred = useDeferredValue(query);
  const settle = () => flushSync(() => setHurried(query));
  return { settled: hurried === query ? query : deferred, settle };
}

// As many groups are looked through by their members; each costs one question, once.
const GROUPS = 40;

/** Members of the newest groups: asked for when a search begins. */
function useMembersFound() {
  const latest = useEffectEvent(() => chatRows(now(), { filter: "groups" }));
  useEffect(() => {
    let stopped = false;
    void learnMembers(latest().filter(isMember).slice(0, GROUPS), () => stopped);
    return () => {
      stopped = true;
    };
  }, []);
  return useMemberLists();
}

interface RowsProps extends ListProps {
  readonly items: readonly Item[];
  readonly label: string;
  readonly wanted: readonly string[];
  readonly remember?: string;
}

function Rows({ items, label, wanted, ...props }: RowsProps) {
  const moment = useNow();
  const menu = useRowMenu();
  const chats = useChinwag((state) => state.chats);
  const { at, openAt } = menu;
  const render = useCallback(
    (item: Item) => {
      switch (item.kind) {
        case "chat":
          return (
            <ChatRow
              id={item.chat}
              via={item.via}
              now={moment}
              wanted={wanted}
              menu={at?.chat === item.chat}
              onMenu={openAt}
            />
          );
        case "person":
          return <PersonRow user={item.user} wanted={wanted} />;
        case "archived":
          return <ArchivedRow waiting={item.waiting} />;
        case "heading":
          return <Heading of={item.of} />;
      }
    },
    [moment, wanted, at, openAt],
  );
  return (
    <div className={styles["list"]} {...menu.handlers}>
      <VirtualList
        {...props}
        label={label}
        items={items}
        keyOf={keyOf}
        stops={stops}
        estimate={ROW_HEIGHT}
        render={render}
        onVisible={(visible) => client.watch(peers(visible, chats))}
      />
      <RowMenu menu={menu} />
    </div>
  );
}

function peers(items: readonly Item[], chats: ReadonlyMap<Id, Chat>): readonly Id[] {
  return items.flatMap((item) => {
    if (item.kind === "person") return [item.user.id];
    const peer = item.kind === "chat" && chats.get(item.chat)?.peer;
    return peer ? [peer] : [];
  });
}
