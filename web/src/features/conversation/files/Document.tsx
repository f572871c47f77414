/** A document: its first page where there is a picture of it, its name, and how to get it. */
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { FileIcon, Picture, VisuallyHidden } from "@/design";
import { downloadPath } from "@/net/files";
import { useLoaded } from "@/state";
import { fileEnding, fileFacts, fileName, fileTitle, useWords } from "@/words";
import styles from "./Document.module.css";
import { OnItsWay } from "./OnItsWay";
import type { ShownFile } from "./shown";
import { useProgress } from "./useProgress";

export interface DocumentProps {
  readonly file: ShownFile;
  readonly stop: boolean;
  /** Time and ticks, if nothing follows. */
  readonly end?: ReactNode;
}

export function Document({ file, stop, end }: DocumentProps) {
  const t = useWords("files");
  const ending = fileEnding(file.name);
  const [loaded] = useLoaded("document", file.id);
  const { words } = useProgress(file.clientId, file.size);
  const icon = <FileIcon ending={ending} size={44} />;
  const inside = (
    <>
      {file.sources.length > 0 && loaded && (
        <span className={styles["page"]}>
          <Picture alt="" placeholder={file.placeholder} sources={file.sources} shown={320} />
        </span>
      )}
      <span className={styles["line"]}>
        {file.id === "" ? (
          <OnItsWay plain clientId={file.clientId} size={file.size} stopped={icon} />
        ) : (
          icon
        )}
        <span className={styles["words"]}>
          <span className={styles["name"]} dir="auto">
            {fileTitle(file.name)}
          </span>
          <span className={styles["facts"]}>
            {(file.id === "" && words) || fileFacts(file.name, file.size)}
          </span>
        </span>
        {file.id !== "" && (
          <span className={styles["get"]}>
            <Download aria-hidden />
          </span>
        )}
      </span>
    </>
  );
  return (
    <div className={styles["document"]}>
      {file.id === "" ? (
        <div className={styles["card"]}>{inside}</div>
      ) : (
        <a
          className={styles["card"]}
          href={downloadPath(file.id)}
          download={fileName(file.name)}
          tabIndex={stop ? 0 : -1}
          data-file
        >
          <VisuallyHidden>{t("download")}</VisuallyHidden> {inside}
        </a>
      )}
      {end && <div className={styles["end"]}>{end}</div>}
    </div>
  );
}
