/** Opens the emoji picker, which comes over the network only then. */
import { Smile } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { IconButton, Popover, Spinner } from "@/design";
import { useWords } from "@/words";
import styles from "./Composer.module.css";

const EmojiPicker = lazy(() => import("./EmojiPicker"));

export interface EmojiButtonProps {
  readonly onChoose: (emoji: string) => void;
  /** By a pointer: who goes on to write means the message. */
  readonly onPointed: () => void;
  /** The picker is closed again. */
  readonly onClose: () => void;
}

export function EmojiButton({ onChoose, onPointed, onClose }: EmojiButtonProps) {
  const t = useWords("composer");
  const [open, setOpen] = useState(false);
  const change = (next: boolean): void => {
    setOpen(next);
    if (!next) onClose();
  };
  return (
    <Popover
      label={t("emoji")}
      side="top"
      align="start"
      open={open}
      onOpenChange={change}
      trigger={<IconButton className={styles["tool"]} label={t("emoji")} icon={<Smile />} />}
    >
      <Suspense
        fallback={
          <div className={styles["pickerWait"]}>
            <Spinner label={t("emojiLoading")} />
          </div>
        }
      >
        <EmojiPicker onChoose={onChoose} onPointed={onPointed} onClose={() => change(false)} />
      </Suspense>
    </Popover>
  );
}
