import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement } from "react";
import styles from "./Tooltip.module.css";

/** All tooltips of the page share one popup: a long list of buttons costs nothing more. */
const handle = Base.createHandle<string>();

/** Mounted once, by the app. */
export function Tooltips() {
  return (
    <Base.Provider delay={500}>
      <Base.Root handle={handle}>
        {({ payload }) => (
          <Base.Portal>
            <Base.Positioner className={styles["positioner"]} sideOffset={6}>
              <Base.Popup className={styles["popup"]}>{payload}</Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        )}
      </Base.Root>
    </Base.Provider>
  );
}

/**
 * Words for those who point at `children` (one focusable element). They are no name for screen
 * readers: give the element one of its own.
 */
export function Tooltip({
  text,
  children,
}: {
  readonly text: string;
  readonly children: ReactElement;
}) {
  return <Base.Trigger handle={handle} payload={text} delay={500} render={children} />;
}
