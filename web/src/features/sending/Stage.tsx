import { FileText } from "lucide-react";
import { Spinner } from "@/design";
import { fileSize, fileTitle, useWords } from "@/words";
import type { Item } from "./parcels";
import styles from "./SendFiles.module.css";

/** One of the files, as large as there is room. */
export function Stage({ item, asDocument }: { readonly item: Item; readonly asDocument: boolean }) {
  const t = useWords("sending");
  const { file, url, looked } = item;
  if (looked === null) {
    return (
      <div className={styles["stage"]}>
        <Spinner label={t("looking")} />
      </div>
    );
  }
  if (looked.kind === "document" || asDocument || looked.width === 0) {
    return (
      <div className={styles["stage"]}>
        <FileText size={48} strokeWidth={1.25} aria-hidden />
        <p className={styles["name"]} dir="auto">
          {fileTitle(file.name)}
        </p>
        <p className={styles["size"]}>{fileSize(file.size)}</p>
      </div>
    );
  }
  return (
    <div className={styles["stage"]}>
      {looked.kind === "photo" ? (
        <img className={styles["picture"]} src={url} alt={file.name} />
      ) : (
        // Captions are for films that have them; this one is the person's own, and not sent yet.
        // eslint-disable-next-line jsx-a11y/media-has-caption
        <video
          className={styles["picture"]}
          src={url}
          controls
          playsInline
          aria-label={file.name}
        />
      )}
    </div>
  );
}
