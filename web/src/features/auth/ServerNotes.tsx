import { Button } from "@/design";
import type { Server } from "@/wire/types";
import { useWords } from "@/words";
import { Note } from "./Entrance";

/** What may keep one from coming in, told before one has tried. */
export function ServerNotes({
  server,
  retry,
}: {
  readonly server: Server | "unreachable" | null;
  readonly retry: () => void;
}) {
  const t = useWords("auth");
  if (server === "unreachable") {
    return (
      <Note failure>
        {t("unreachable")}{" "}
        <Button variant="plain" size="small" onClick={retry}>
          {t("retry")}
        </Button>
      </Note>
    );
  }
  return (
    <>
      {!window.isSecureContext && <Note>{t("insecure")}</Note>}
      {server && !server.claimed && (
        <Note>
          {t("unclaimed")} {t("unclaimedRead")}
        </Note>
      )}
    </>
  );
}
