import { FileText, Plus, Video, X } from "lucide-react";
import { useRef } from "react";
import { classes } from "@/design";
import { useWords } from "@/words";
import { faultOf, MOST, type Item } from "./parcels";
import styles from "./SendFiles.module.css";

export interface StripProps {
  readonly items: readonly Item[];
  readonly shown: string;
  readonly limit: number;
  readonly onShow: (id: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onAdd: (files: readonly File[]) => void;
}

/** All of the files, small: one is shown, each can be taken away, and more can be added. */
export function Strip({ items, shown, limit, onShow, onRemove, onAdd }: StripProps) {
  const t = useWords("sending");
  const input = useRef<HTMLInputElement>(null);
  return (
    <ul className={styles["strip"]} aria-label={t("files")}>
      {items.map((item) => (
        <li key={item.id} className={styles["cell"]}>
          <button
            type="button"
            className={classes(
              styles["thumb"],
              item.id === shown && styles["shown"],
              faultOf(item, limit) !== null && styles["faulty"],
            )}
            aria-label={item.file.name}
            aria-current={item.id === shown || undefined}
            onClick={() => onShow(item.id)}
            onKeyDown={(event) => {
              if (event.key === "Delete") onRemove(item.id);
            }}
          >
            <Face item={item} />
          </button>
          <button
            type="button"
            className={styles["remove"]}
            aria-label={t("remove", { name: item.file.name })}
            title={t("remove", { name: item.file.name })}
            onClick={() => onRemove(item.id)}
          >
            <X size={14} aria-hidden />
          </button>
        </li>
      ))}
      {items.length < MOST && (
        <li className={styles["cell"]}>
          <button
            type="button"
            className={classes(styles["thumb"], styles["add"])}
            aria-label={t("add")}
            title={t("add")}
            onClick={() => input.current?.click()}
          >
            <Plus aria-hidden />
          </button>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-label={t("add")}
            onChange={({ target }) => {
              onAdd([...(target.files ?? [])]);
              // The same file may be chosen again.
              target.value = "";
            }}
          />
        </li>
      )}
    </ul>
  );
}

function Face({ item: { looked, url } }: { readonly item: Item }) {
  if (looked?.kind === "photo") return <img src={url} alt="" decoding="async" />;
  return looked?.kind === "video" ? <Video aria-hidden /> : <FileText aria-hidden />;
}
