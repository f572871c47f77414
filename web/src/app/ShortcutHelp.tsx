import { useState } from "react";
import { Dialog, ShortcutList, useShortcut } from "@/design";
import { useChinwag } from "@/state";
import { useWords } from "@/words";

/** All shortcuts, behind `?`. */
export function ShortcutHelp() {
  const t = useWords("app");
  const [open, setOpen] = useState(false);
  const enterSends = useChinwag((state) => state.preferences.enterSends);
  useShortcut("help", () => setOpen(true));
  return (
    <Dialog title={t("helpTitle")} open={open} onOpenChange={setOpen}>
      <ShortcutList enterSends={enterSends} />
    </Dialog>
  );
}
