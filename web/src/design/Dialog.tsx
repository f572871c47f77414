import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { useRef, type ReactNode, type RefObject } from "react";
import { useWords } from "@/words";
import { IconButton } from "./IconButton";
import styles from "./Popup.module.css";
import { useBack } from "./back";
import { classes } from "./classes";

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly children: ReactNode;
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
  /** Without it, nothing but what is inside can close it. */
  readonly closable?: boolean;
  /** What has the focus first; without it, the first field, or the dialog itself. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

const FIELD = "input:not([readonly]):not([hidden]), textarea";

/** A task of its own before everything else. Escape, the cross and a click beside it close it. */
export function Dialog(props: DialogProps) {
  const { title, open, onOpenChange, children, footer, wide = false, initialFocus } = props;
  const closable = props.closable ?? true;
  const t = useWords("app");
  useBack(open && closable, () => onOpenChange(false));
  const popup = useRef<HTMLDivElement>(null);
  const first = () => popup.current?.querySelector<HTMLElement>(FIELD) ?? popup.current;
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => closable && onOpenChange(next)}
      disablePointerDismissal={!closable}
    >
      <Base.Portal>
        <Base.Backdrop className={styles["backdrop"]} />
        <Base.Viewport className={styles["viewport"]}>
          <Base.Popup
            className={classes(styles["dialog"], wide && styles["wide"])}
            ref={popup}
            initialFocus={initialFocus ?? first}
          >
            <div className={styles["head"]}>
              <Base.Title className={styles["title"]} dir="auto">
                {title}
              </Base.Title>
              {closable && <Base.Close render={<IconButton label={t("close")} icon={<X />} />} />}
            </div>
            <div className={styles["body"]}>{children}</div>
            {footer && <div className={styles["footer"]}>{footer}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
