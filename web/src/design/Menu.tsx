import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import styles from "./Popup.module.css";
import { classes } from "./classes";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly shortcut?: string;
  /** A line above it. */
  readonly separated?: boolean;
}

function Items({ items }: { readonly items: readonly MenuItem[] }) {
  return items.map((item) => [
    item.separated && <Base.Separator key={`${item.label} line`} className={styles["separator"]} />,
    <Base.Item
      key={item.label}
      className={classes(styles["item"], item.danger && styles["danger"])}
      disabled={item.disabled ?? false}
      onClick={item.onSelect}
    >
      {item.icon}
      <span className={styles["itemLabel"]}>{item.label}</span>
      {item.shortcut && <kbd className={styles["shortcut"]}>{item.shortcut}</kbd>}
    </Base.Item>,
  ]);
}

export interface MenuProps {
  readonly items: readonly MenuItem[];
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "bottom" | "inline-start" | "inline-end";
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}

/** Things to do, behind a button. */
export function Menu({ items, trigger, align = "end", side = "bottom", ...state }: MenuProps) {
  return (
    <Base.Root {...state}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner
          className={styles["positioner"]}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup className={styles["menu"]}>
            <Items items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ContextMenuProps {
  readonly items: readonly MenuItem[];
  /** One element; right click, the menu key or a long press on it open the menu. */
  readonly children: ReactElement;
  readonly onOpenChange?: (open: boolean) => void;
}

/** The same things, at the pointer. What is in it must be reachable without a pointer as well. */
export function ContextMenu({ items, children, ...state }: ContextMenuProps) {
  return (
    <BaseContext.Root {...state}>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className={styles["positioner"]} collisionPadding={8}>
          <BaseContext.Popup className={styles["menu"]}>
            <Items items={items} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
