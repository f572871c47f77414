import { useState } from "react";
import { toast } from "@/design";
import { refusalText } from "@/words";

/** Something that is done at the server: one at a time; what goes wrong is told in a toast. */
export function useDoing(): {
  readonly busy: boolean;
  /** True if it was done. */
  readonly run: (doing: () => Promise<unknown>) => Promise<boolean>;
} {
  const [busy, setBusy] = useState(false);
  const run = async (doing: () => Promise<unknown>) => {
    if (busy) return false;
    setBusy(true);
    try {
      await doing();
      return true;
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
}
