import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useRef } from "react";
import { useWords } from "@/words";
import { Button } from "./Button";
import styles from "./Popup.module.css";
import { useBack } from "./back";
import { classes } from "./classes";

export interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** The verb that does it. */
  readonly action: string;
  readonly danger?: boolean;
  /** It is being done: the button waits, the dialog stays. */
  readonly busy?: boolean;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Does it, and closes the dialog when that is done (or at once). */
  readonly onConfirm: () => void;
  /** Another verb for not doing it. */
  readonly cancel?: string;
}

/** Asks before what cannot be undone. The focus is on the harmless answer. */
export function Confirm(props: ConfirmProps) {
  const { title, text, action, danger = false, busy = false, open, onOpenChange } = props;
  const t = useWords("app");
  useBack(open, () => onOpenChange(false));
  const harmless = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles["backdrop"]} />
        <AlertDialog.Viewport className={styles["viewport"]}>
          <AlertDialog.Popup
            className={classes(styles["dialog"], styles["alert"])}
            initialFocus={harmless}
          >
            <AlertDialog.Title className={styles["title"]}>{title}</AlertDialog.Title>
            <AlertDialog.Description className={styles["text"]}>{text}</AlertDialog.Description>
            <div className={styles["footer"]}>
              <AlertDialog.Close render={<Button ref={harmless} />}>
                {props.cancel ?? t("cancel")}
              </AlertDialog.Close>
              <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={props.onConfirm}>
                {action}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
