import { useEffect, useRef, type ReactNode } from "react";
import { SearchField, type VirtualListHandle } from "@/design";
import { useWords } from "@/words";
import styles from "./ChatList.module.css";
import { Filters } from "./Filters";
import { ArchivedHeader, Header } from "./Header";
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
  useSearchKey(focusSearch);

  return (
    <section className={styles["column"]} aria-label={t("chats")}>
      {archived ? <ArchivedHeader /> : <Header />}
      {notice}
      {!archived && (
        <div ref={search} role="search" className={styles["search"]}>
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

/** Ctrl+K, or Cmd+K: from anywhere into the search. */
function useSearchKey(focus: () => void): void {
  const latest = useRef(focus);
  useEffect(() => {
    latest.current = focus;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      if (event.altKey || event.shiftKey) return;
      event.preventDefault();
      show({ archived: false });
      requestAnimationFrame(() => latest.current());
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
