import { useEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import { useWords } from "@/words";
import { Column } from "./Column";
import { ConnectionLine } from "./ConnectionLine";
import { ShortcutHelp } from "./ShortcutHelp";
import { DetailsColumn, ListColumn, MainColumn } from "./columns";
import styles from "./Shell.module.css";
import { frontOf, placeOf, type Front } from "./place";
import { useShortcuts } from "./useShortcuts";

/** The page of somebody who is signed in: list, conversation, details. */
export function Shell() {
  const t = useWords("app");
  const [path] = useLocation();
  const place = placeOf(path, useSearch());
  const front = frontOf(place);
  const columns = useFocusFollowing(front);
  useShortcuts(place);
  const main = place.chat ?? place.section ?? place.code ?? "";
  return (
    <div className={styles["page"]}>
      <a className={styles["skip"]} href="#main">
        {t("skipToMain")}
      </a>
      <ConnectionLine />
      <div
        ref={columns}
        className={styles["columns"]}
        data-front={front}
        data-details={place.info ? "open" : undefined}
      >
        <Column kind="list" place={place.list}>
          <ListColumn place={place} />
        </Column>
        <Column kind="main" place={main}>
          <MainColumn place={place} />
        </Column>
        {place.chat && place.info && (
          <Column kind="details" place={place.chat}>
            <DetailsColumn place={place} />
          </Column>
        )}
      </div>
      <ShortcutHelp />
    </div>
  );
}

/**
 * Where one column is shown at a time, the focus goes along: a column that went out of sight would
 * keep it otherwise, or lose it to the top of the page. A column that has placed it keeps it.
 */
function useFocusFollowing(front: Front) {
  const columns = useRef<HTMLDivElement>(null);
  const before = useRef(front);
  useEffect(() => {
    if (before.current === front) return;
    before.current = front;
    const active = document.activeElement;
    const lost =
      !active || active === document.body || !active.checkVisibility({ visibilityProperty: true });
    if (!lost) return;
    const column = columns.current?.children[["list", "main", "details"].indexOf(front)];
    column?.querySelector<HTMLElement>("[aria-current], button, a, input")?.focus();
  }, [front]);
  return columns;
}
