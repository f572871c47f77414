import { ContextMenu as BaseContext } from "@base-ui/react/context-menu";
import { Menu as Base } from "@base-ui/react/menu";
import { ChevronRight } from "lucide-react";
import {
  useEffect,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
  type RefObject,
} from "react";
import styles from "./Popup.module.css";
import { useBack } from "./back";
import { classes } from "./classes";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  /** The icon points along the line, and turns round in right-to-left writing. */
  readonly turns?: boolean;
  readonly onSelect?: () => void;
  /** A menu of its own behind this item, instead of `onSelect`. */
  readonly items?: readonly MenuItem[];
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly shortcut?: string;
  /** A line above it. */
  readonly separated?: boolean;
}

function Items({ items }: { readonly items: readonly MenuItem[] }) {
  return items.map((item) => [
    item.separated && <Base.Separator key={`${item.label} line`} className={styles["separator"]} />,
    item.items ? (
      <Submenu key={item.label} item={item} items={item.items} />
    ) : (
      <Base.Item
        key={item.label}
        className={classes(
          styles["item"],
          item.danger && styles["danger"],
          item.turns && styles["turns"],
        )}
        disabled={item.disabled ?? false}
        onClick={item.onSelect}
      >
        <Label item={item} />
      </Base.Item>
    ),
  ]);
}

function Label({ item }: { readonly item: MenuItem }) {
  return (
    <>
      {item.icon}
      <span className={styles["itemLabel"]}>{item.label}</span>
      {item.shortcut && <kbd className={styles["shortcut"]}>{item.shortcut}</kbd>}
    </>
  );
}

function Submenu({
  item,
  items,
}: {
  readonly item: MenuItem;
  readonly items: readonly MenuItem[];
}) {
  return (
    <Base.SubmenuRoot>
      <Base.SubmenuTrigger className={styles["item"]} disabled={item.disabled ?? false}>
        <Label item={item} />
        <span className={styles["further"]}>
          <ChevronRight />
        </span>
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={styles["positioner"]} collisionPadding={8} alignOffset={-4}>
          <Base.Popup className={styles["menu"]}>
            <Items items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
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
  const [opened, setOpened] = useState(false);
  const open = state.open ?? opened;
  const change = (next: boolean) => {
    setOpened(next);
    state.onOpenChange?.(next);
  };
  useBack(open, () => change(false));
  return (
    <Base.Root open={open} onOpenChange={change}>
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
  const popup = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  useMarkedFirst(popup, open);
  useBack(open, () => {
    setOpen(false);
    state.onOpenChange?.(false);
  });
  const change = (next: boolean, details: BaseContext.Root.ChangeEventDetails) => {
    // A button let go late, half a second after it went down, says nothing: the menu stays.
    if (details.reason === "cancel-open") {
      details.cancel();
      return;
    }
    setOpen(next);
    state.onOpenChange?.(next);
  };
  return (
    <BaseContext.Root open={open} onOpenChange={change}>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className={styles["positioner"]} collisionPadding={8}>
          <BaseContext.Popup ref={popup} className={styles["menu"]}>
            <Items items={items} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}

/** Beside an element (which gets the focus back), or at a point of the window. */
export type MenuPlace = Element | { readonly x: number; readonly y: number };

export interface FloatingMenuProps {
  readonly items: readonly MenuItem[];
  /** Where it is open; null: it is not. */
  readonly place: MenuPlace | null;
  readonly onClose: () => void;
  /** Has the focus afterwards, unless an item led it elsewhere. */
  readonly finalFocus?: () => HTMLElement | null;
}

/** One menu for many rows: the list says at which it is open. */
export function FloatingMenu({ items, place, onClose, finalFocus }: FloatingMenuProps) {
  // It stays where it is while it fades.
  const [shown, setShown] = useState(place);
  if (place && place !== shown) setShown(place);
  const popup = useRef<HTMLDivElement>(null);
  const open = place !== null;
  useMarkedFirst(popup, open);
  useBack(open, onClose);
  const anchor = shown && !(shown instanceof Element) ? pointed(shown) : shown;
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Positioner
          className={styles["positioner"]}
          anchor={anchor}
          align="start"
          side="bottom"
          sideOffset={2}
          collisionPadding={8}
        >
          <Base.Popup ref={popup} className={styles["menu"]} {...(finalFocus && { finalFocus })}>
            <Items items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

// A field shows its focus to the mouse as well.
const KEYED = ":focus-visible:not(input, textarea)";

/** Opened by a key, a menu has its first entry marked; Base UI knows that only of its triggers. */
function useMarkedFirst(popup: RefObject<HTMLElement | null>, open: boolean): void {
  useEffect(() => {
    if (!open || !document.activeElement?.matches(KEYED)) return;
    let [frame, tries] = [0, 20];
    const attempt = () => {
      const menu = popup.current;
      if (menu && menu === document.activeElement)
        menu.querySelector<HTMLElement>("[role=menuitem]")?.focus();
      else if (tries-- > 0) frame = requestAnimationFrame(attempt);
    };
    frame = requestAnimationFrame(attempt);
    return () => cancelAnimationFrame(frame);
  }, [open, popup]);
}

function pointed({ x, y }: { readonly x: number; readonly y: number }) {
  return { getBoundingClientRect: () => new DOMRect(x, y, 0, 0) };
}
