import { Popover as Base } from "@base-ui/react/popover";
import type { ReactElement, ReactNode } from "react";
import styles from "./Popup.module.css";
import { useBack } from "./back";

export interface PopoverProps {
  /** Its name for screen readers. */
  readonly label: string;
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly side?: "top" | "bottom" | "inline-start" | "inline-end";
  readonly align?: "start" | "center" | "end";
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Something small beside the button that opened it, as the emoji picker. */
export function Popover(props: PopoverProps) {
  const { label, trigger, children, side = "bottom", align = "center", ...state } = props;
  useBack(state.open, () => state.onOpenChange(false));
  return (
    <Base.Root {...state}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          className={styles["positioner"]}
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
        >
          <Base.Popup className={styles["popover"]} aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
