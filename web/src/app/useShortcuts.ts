import { useLocation } from "wouter";
import { useEffect } from "react";
import { flushSync } from "react-dom";
import { goUp, hearSingleKeys, useShortcut } from "@/design";
import { useChinwag } from "@/state";
import { aboveOf, type Place } from "./place";

/** Shortcuts that lead from place to place. What is inside a column answers for itself. */
export function useShortcuts(place: Place): void {
  const [, navigate] = useLocation();
  const singleKeys = useChinwag((state) => state.preferences.singleKeys);
  useEffect(() => hearSingleKeys(singleKeys), [singleKeys]);
  useShortcut("newChat", () => navigate("/new"));
  useShortcut("newGroup", () => navigate("/new/group"));
  useShortcut("settings", () => navigate("/settings"));
  useShortcut("search", () => {
    // Elsewhere than at the list, which answers for itself. It is there for the very next key.
    flushSync(() => navigate("/"));
    document.querySelector<HTMLElement>("[role=search] input")?.focus();
  });
  useShortcut("info", () => {
    if (!place.chat) return false;
    if (place.info) goUp(`/c/${place.chat}`);
    else navigate(`/c/${place.chat}/info`);
  });
  useShortcut("close", () => {
    const up = aboveOf(place);
    if (!up) return false;
    goUp(up);
  });
}
