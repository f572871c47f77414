/** Down to the newest message, with how many are unread below. */
import { ChevronDown } from "lucide-react";
import { Badge, classes } from "@/design";
import { type Chat, unread } from "@/state";
import { useWords } from "@/words";
import styles from "./JumpButton.module.css";

export interface JumpButtonProps {
  readonly chat: Chat;
  readonly shown: boolean;
  readonly onJump: () => void;
}

export function JumpButton({ chat, shown, onJump }: JumpButtonProps) {
  const t = useWords("conversation");
  const count = unread(chat);
  return (
    <button
      type="button"
      className={classes(styles["button"], shown && styles["shown"])}
      aria-label={count > 0 ? t("toNewestUnread", { count }) : t("toNewest")}
      tabIndex={shown ? 0 : -1}
      aria-hidden={!shown}
      onClick={onJump}
    >
      <ChevronDown aria-hidden />
      {count > 0 && (
        <span className={styles["count"]}>
          <Badge kind="unread" count={count} />
        </span>
      )}
    </button>
  );
}
