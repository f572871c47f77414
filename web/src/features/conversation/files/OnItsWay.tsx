/** How far an own file is on its way, upon its picture, and how to stop it. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { ProgressRing } from "@/design";
import { client } from "@/state";
import { fileSize, useWords } from "@/words";
import styles from "./OnItsWay.module.css";
import { useProgress } from "./useProgress";

export interface OnItsWayProps {
  readonly clientId: string;
  readonly size: number;
  /** Instead of upon a picture, in a line of text, without the words. */
  readonly plain?: boolean;
  /** In its place once it goes no further. */
  readonly stopped?: ReactNode;
}

export function OnItsWay({ clientId, size, plain = false, stopped }: OnItsWayProps) {
  const t = useWords("files");
  const { status, part, words } = useProgress(clientId, size);
  if (status === "failed") return stopped;
  const ring = (
    <ProgressRing label={t("sending")} value={part} size={plain ? 44 : 52}>
      <button
        type="button"
        className={styles["cancel"]}
        aria-label={t("cancel")}
        title={t("cancel")}
        onClick={() => client.discard(clientId)}
      >
        <X aria-hidden />
      </button>
    </ProgressRing>
  );
  if (plain) return <span className={styles["plain"]}>{ring}</span>;
  return (
    <div className={styles["over"]}>
      <span className={styles["disc"]}>{ring}</span>
      <span className={styles["words"]}>{words || fileSize(size)}</span>
    </div>
  );
}
