import { useLocation, useSearch } from "wouter";
import { useEffect } from "react";
import { player, useChinwag } from "@/state";
import { useWords } from "@/words";
import { Column } from "./Column";
import { ConnectionLine } from "./ConnectionLine";
import { Overlays } from "./overlays";
import { ShortcutHelp } from "./ShortcutHelp";
import { DetailsColumn, ListColumn, MainColumn } from "./columns";
import styles from "./Shell.module.css";
import { frontOf, placeOf } from "./place";
import { useFocusFollowing } from "./useFocusFollowing";
import { useFocusKept } from "./useFocusKept";
import { useShortcuts } from "./useShortcuts";

/** The page of somebody who is signed in: list, conversation, details. */
export function Shell() {
  const t = useWords("app");
  const [path] = useLocation();
  const place = placeOf(path, useSearch());
  const front = frontOf(place);
  const columns = useFocusFollowing(front);
  useFocusKept();
  useShortcuts(place);
  const user = useChinwag((state) => state.user);
  useEffect(() => player.open(user), [user]);
  const main = place.chat ?? place.section ?? place.code ?? "";
  return (
    <main id="main" className={styles["page"]}>
      {front !== "list" && (
        <button
          type="button"
          className={styles["skip"]}
          onClick={() => document.getElementById(`column-${front}`)?.focus()}
        >
          {t("skipToMain")}
        </button>
      )}
      <ConnectionLine front={front} />
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
      <Overlays place={place} />
      <ShortcutHelp />
    </main>
  );
}
