import { useEffect } from "react";
import { useChinwag } from "@/state";
import { speak, useLanguage } from "@/words";
import { lookOf, onWish, wear } from "./look";

/** The page looks and speaks as the person, or else the system, asks for. */
export function useLook(): void {
  const preferences = useChinwag((state) => state.preferences);
  const known = useChinwag((state) => state.phase !== "starting");
  const language = useLanguage();
  useEffect(() => {
    if (known) void speak(preferences.language);
  }, [known, preferences.language]);
  useEffect(() => {
    const put = () => wear(lookOf(preferences, language, (query) => matchMedia(query).matches));
    if (!known) return;
    put();
    return onWish(put);
  }, [known, preferences, language]);
}
