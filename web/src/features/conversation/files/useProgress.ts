/** How far an own file is on its way. */
import { useChinwag } from "@/state";
import { fileSize, useWords } from "@/words";

export interface Going {
  readonly status: "waiting" | "uploading" | "checking" | "failed";
  /** 0 to 1; null while it cannot be told. */
  readonly part: number | null;
  /** '1.2 MB of 4 MB · 800 kB/s'. */
  readonly words: string;
}

export function useProgress(clientId: string, size: number): Going {
  const t = useWords("files");
  const progress = useChinwag((state) => state.uploads.get(clientId));
  const failed = useChinwag(({ outbox }) =>
    outbox.some((it) => it.clientId === clientId && it.status === "failed"),
  );
  if (failed) return { status: "failed", part: null, words: "" };
  if (!progress) return { status: "waiting", part: null, words: "" };
  const whole = progress.size || size;
  switch (progress.status) {
    case "waiting":
      return {
        status: "waiting",
        part: progress.sent > 0 ? progress.sent / whole : null,
        words: t("waits"),
      };
    case "checking":
      return { status: "checking", part: null, words: t("checks") };
    case "uploading": {
      const far = t("sent", { sent: fileSize(progress.sent), size: fileSize(whole) });
      const speed =
        progress.speed > 0 ? ` · ${t("speedOf", { size: fileSize(progress.speed) })}` : "";
      return { status: "uploading", part: progress.sent / whole, words: far + speed };
    }
  }
}
