import { useRef, type ReactNode } from "react";
import { flushSync } from "react-dom";
import { useLocation } from "wouter";
import { SearchField, useBack, useShortcut, type VirtualListHandle } from "@/design";
import { chatRows, now, type Chat } from "@/state";
import { useWords } from "@/words";
import styles from "./ChatList.module.css";
import { Filters } from "./Filters";
import { ArchivedHeader, Header } from "./Header";
import { waits } from "./items";
import { Browse, Results } from "./Lists";
import { show, useShown } from "./shown";

export interface ChatListProps {
  /** Stands under the header: how the connection is. */
  readonly notice?: ReactNode;
}

/** The column of chats: search, filters, rows. */
export function ChatList({ notice }: ChatListProps) {
  const t = useWords("chats");
  const query = useShown((it) => it.query);
  const archived = useShown((it) => it.archived);
  const list = useRef<VirtualListHandle>(null);
  const search = useRef<HTMLDivElement>(null);
  const focusSearch = () => search.current?.querySelector("input")?.focus();
  const [path] = useLocation();
  useStepping();
  useBack(archived && path === "/", () => show({ archived: false }));
  useShortcut("search", () => {
    if (!search.current?.checkVisibility({ visibilityProperty: true }) && !archived) return false;
    // The field may have to be drawn first, and is there for the very next key.
    flushSync(() => show({ archived: false }));
    focusSearch();
  });

  return (
    <section className={styles["column"]} aria-label={t("chats")}>
      {archived ? <ArchivedHeader /> : <Header />}
      {notice}
      {!archived && (
        <div ref={search} role="search" aria-label={t("search")} className={styles["search"]}>
          <SearchField
            label={t("search")}
            value={query}
            onChange={(value) => show({ query: value })}
            onKeyDown={(event) => {
              if (event.key !== "ArrowDown" && event.key !== "Enter") return;
              event.preventDefault();
              if (event.key === "ArrowDown") list.current?.focus();
              else list.current?.pick();
            }}
          />
        </div>
      )}
      {!archived && !query.trim() && <Filters />}
      <div className={styles["list"]}>
        {query.trim() && !archived ? (
          <Results ref={list} query={query} onLeaveTop={focusSearch} />
        ) : (
          <Browse ref={list} onLeaveTop={focusSearch} />
        )}
      </div>
    </section>
  );
}

/** Alt+Down and Alt+Up lead through the chats in their order, with Shift to the next unread one. */
function useStepping(): void {
  const [, navigate] = useLocation();
  const step = (by: 1 | -1, wanted: (chat: Chat) => boolean) => {
    const state = now();
    const rows = chatRows(state);
    const at = rows.findIndex((it) => it.id === state.open);
    const onward = by > 0 ? rows.slice(at + 1) : rows.slice(0, Math.max(at, 0)).reverse();
    const next = onward.find(wanted);
    if (!next) return false;
    navigate(`/c/${next.id}`);
    return true;
  };
  useShortcut("nextChat", () => step(1, begun));
  useShortcut("previousChat", () => step(-1, begun));
  useShortcut("nextUnread", () => step(1, waits));
}

function begun(chat: Chat): boolean {
  return chat.kind !== "direct" || chat.count > 0;
}
