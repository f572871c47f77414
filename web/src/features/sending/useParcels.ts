/** The files of the dialog, each looked at as it comes. */
import { useCallback, useEffect, useReducer, useRef } from "react";
import { newId } from "@/state";
import { look } from "./looked";
import { changed, type Item } from "./parcels";

/** `text`: what was written in the composer already; the first file's caption. */
export function useParcels(files: readonly File[], asDocuments: boolean, text: string) {
  const [parcels, change] = useReducer(changed, { items: [], shown: "", asDocuments });
  const urls = useRef(new Map<string, string>());

  const add = useCallback((more: readonly File[], written = "") => {
    const items = more.map((file, index): Item => {
      const id = newId();
      const url = URL.createObjectURL(file);
      urls.current.set(id, url);
      const caption = index === 0 ? written : "";
      return { id, file, url, caption, drafted: caption !== "", looked: null };
    });
    change({ type: "add", items });
    for (const { id, file, url } of items)
      void look(file, url).then((looked) => change({ type: "looked", id, looked }));
  }, []);

  useEffect(() => {
    const given = urls.current;
    add(files, text);
    return () => {
      for (const url of given.values()) URL.revokeObjectURL(url);
      given.clear();
      change({ type: "clear" });
    };
  }, [add, files, text]);
  return { parcels, change, add };
}
