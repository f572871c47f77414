import { useLocation } from "wouter";
import { goUp, useShortcut } from "@/design";
import type { Place } from "./place";

/** Shortcuts that lead from place to place. What is inside a column answers for itself. */
export function useShortcuts(place: Place): void {
  const [, navigate] = useLocation();
  useShortcut("newChat", () => navigate("/new"));
  useShortcut("newGroup", () => navigate("/new/group"));
  useShortcut("settings", () => navigate("/settings"));
  useShortcut("info", () => {
    if (!place.chat) return false;
    if (place.info) goUp(`/c/${place.chat}`);
    else navigate(`/c/${place.chat}/info`);
  });
  useShortcut("close", () => {
    const up = above(place);
    if (!up) return false;
    goUp(up);
  });
}

/** The place that one comes to by closing this one. */
function above({ list, chat, info, section, code }: Place): string | null {
  if (chat) return info ? `/c/${chat}` : "/";
  if (section) return "/settings";
  if (list === "new-group") return "/new";
  return list !== "chats" || code ? "/" : null;
}
