import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactElement,
  type Ref,
} from "react";
import {
  Virtualizer,
  type CustomContainerComponentProps,
  type CustomItemComponentProps,
  type VirtualizerHandle,
} from "virtua";
import { RowContext, type RowPlace } from "./rows";
import { sideOf } from "./sideOf";
import styles from "./VirtualList.module.css";

export interface VirtualListHandle {
  /** Put the focus on the first row that has a stop, or on the one that had it last. */
  focus: () => void;
  /** Do what a click on the first row does. */
  pick: () => void;
}

export interface VirtualListProps<T> {
  /** Its name for screen readers. */
  readonly label: string;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Drawn inside an `<li>`. Its main control takes `useRowPlace()`. */
  readonly render: (item: T) => ReactElement;
  /** Whether the arrow keys stop at it; a heading is passed over. */
  readonly stops?: (item: T) => boolean;
  /** Height of a row in pixels, before it is measured. */
  readonly estimate: number;
  /** Told which rows are on screen, when they have come to rest. */
  readonly onVisible?: (items: readonly T[]) => void;
  /** Up from the first row. */
  readonly onLeaveTop?: () => void;
  /** The place is kept under this name while the list is away. */
  readonly remember?: string;
  readonly ref?: Ref<VirtualListHandle>;
}

const STOP: RowPlace = { tabIndex: 0, "data-stop": "" };
const PASSED: RowPlace = { tabIndex: -1, "data-stop": "" };
const SETTLED_AFTER = 150;
const PAGE = 8;
const places = new Map<string, number>();

const ListContext = createContext({ label: "", size: 0 });

function always(): boolean {
  return true;
}

/**
 * A list of which only the rows on screen exist. One row can be reached by Tab; the arrow keys,
 * Home, End and the page keys lead to the others.
 */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const {
    label,
    items,
    keyOf,
    render,
    stops = always,
    estimate,
    remember,
    ref,
    onLeaveTop,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const indexOf = useMemo(
    () => new Map(items.map((item, index) => [keyOf(item), index])),
    [items, keyOf],
  );
  const [current, setCurrent] = useState<string | null>(null);
  // The row to have the focus, once it is there; a new object with each key press.
  const [wanted, setWanted] = useState<{ readonly key: string } | null>(null);
  const first = items.findIndex(stops);
  const at = (current === null ? undefined : indexOf.get(current)) ?? first;
  const tellVisible = useVisible(items, props.onVisible, virtual);

  const go = useCallback(
    (index: number) => {
      const item = items[index];
      if (item === undefined) return;
      setCurrent(keyOf(item));
      setWanted({ key: keyOf(item) });
    },
    [items, keyOf],
  );

  useLayoutEffect(() => {
    const index = wanted ? indexOf.get(wanted.key) : undefined;
    if (!wanted || index === undefined) return;
    const [element, list] = [scroller.current, virtual.current];
    const align = element && list && sideOf(element, list, index);
    if (align) list.scrollToIndex(index, { align });
    return focusRow(scroller.current, wanted.key);
    // Only a new wish moves the focus, not a new order of the rows.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [wanted]);

  usePlace(remember, virtual);
  useImperativeHandle(
    ref,
    () => ({
      focus: () => go(at),
      pick: () => scroller.current?.querySelector<HTMLElement>("[data-stop]")?.click(),
    }),
    [go, at],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    // What stands in a row that is no stop keeps its keys, as a field; so does an open menu.
    if (!(event.target as Element).closest("[data-stop]")) return;
    const to = target(event.key, at, items, stops);
    if (to === null) return;
    event.preventDefault();
    if (to < 0) onLeaveTop?.();
    else go(to);
  };
  const onFocus = (event: FocusEvent) => {
    const key = event.target.closest<HTMLElement>("[data-key]")?.dataset["key"];
    const index = key === undefined ? undefined : indexOf.get(key);
    if (key !== undefined && index !== undefined && stops(items[index]!)) setCurrent(key);
  };

  return (
    <ListContext value={useMemo(() => ({ label, size: items.length }), [label, items.length])}>
      {/* The keys are those of the rows inside, which have the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div ref={scroller} className={styles["scroller"]} onKeyDown={onKeyDown} onFocus={onFocus}>
        <Virtualizer
          ref={virtual}
          as={Container}
          item={Item}
          data={items}
          itemSize={estimate}
          keepMounted={at < 0 ? [] : [at]}
          onScroll={tellVisible}
          onResize={tellVisible}
        >
          {(item, index) => (
            // What stands in a row that the arrows pass over is reached by Tab.
            <RowContext
              key={keyOf(item)}
              value={!stops(item) ? null : index === at ? STOP : PASSED}
            >
              <div data-key={keyOf(item)}>{render(item)}</div>
            </RowContext>
          )}
        </Virtualizer>
      </div>
    </ListContext>
  );
}

function Container({ style, children, ref }: CustomContainerComponentProps) {
  const { label } = useContext(ListContext);
  return (
    // Without its role a list without bullets is none to Safari.
    // eslint-disable-next-line jsx-a11y/no-redundant-roles
    <ul
      ref={ref}
      role="list"
      aria-label={label}
      // Rows hear the pointer while they are scrolled, too: else a click right after it is lost.
      style={{ ...style, pointerEvents: "auto" }}
    >
      {children}
    </ul>
  );
}

function Item({ style, index, children, ref }: CustomItemComponentProps) {
  const { size } = useContext(ListContext);
  return (
    <li ref={ref} style={style} aria-setsize={size} aria-posinset={index + 1}>
      {children}
    </li>
  );
}

const FRAMES = 20;

/** A row that was far away is hidden until it is measured: it takes the focus some frames later. */
function focusRow(scroller: HTMLElement | null, key: string): () => void {
  let frame = 0;
  const attempt = (left: number) => {
    const row = scroller?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const stop = row?.querySelector<HTMLElement>("[data-stop]");
    stop?.focus({ preventScroll: true });
    if (left > 0 && document.activeElement !== stop) {
      frame = requestAnimationFrame(() => attempt(left - 1));
    }
  };
  attempt(FRAMES);
  return () => cancelAnimationFrame(frame);
}

/** Where a key leads from row `at`; -1 above the first, null for another key. */
function target<T>(
  key: string,
  at: number,
  items: readonly T[],
  stops: (item: T) => boolean,
): number | null {
  switch (key) {
    case "ArrowDown":
      return nearest(items, stops, at + 1, 1) ?? at;
    case "ArrowUp":
      return nearest(items, stops, at - 1, -1) ?? -1;
    case "PageDown":
      return nearest(items, stops, Math.min(at + PAGE, items.length - 1), -1) ?? at;
    case "PageUp":
      return nearest(items, stops, Math.max(at - PAGE, 0), 1) ?? at;
    case "Home":
      return nearest(items, stops, 0, 1);
    case "End":
      return nearest(items, stops, items.length - 1, -1);
    default:
      return null;
  }
}

function nearest<T>(
  items: readonly T[],
  stops: (item: T) => boolean,
  from: number,
  step: 1 | -1,
): number | null {
  for (let index = from; index >= 0 && index < items.length; index += step) {
    if (stops(items[index]!)) return index;
  }
  return null;
}

/** Tell which rows are on screen, a moment after the last change. */
function useVisible<T>(
  items: readonly T[],
  onVisible: ((items: readonly T[]) => void) | undefined,
  virtual: { readonly current: VirtualizerHandle | null },
): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useRef<() => void>(undefined);
  useEffect(() => {
    tell.current = () => {
      const list = virtual.current;
      if (!list || !onVisible) return;
      const from = list.findItemIndex(list.scrollOffset);
      const to = list.findItemIndex(list.scrollOffset + list.viewportSize);
      onVisible(items.slice(from, to + 1));
    };
  });
  const soon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => tell.current?.(), SETTLED_AFTER);
  }, []);
  useEffect(soon, [items, soon]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return soon;
}

function usePlace(
  remember: string | undefined,
  virtual: { readonly current: VirtualizerHandle | null },
): void {
  useLayoutEffect(() => {
    if (remember === undefined) return;
    const list = virtual.current;
    const place = places.get(remember);
    if (place) list?.scrollTo(place);
    return () => {
      if (list) places.set(remember, list.scrollOffset);
    };
  }, [remember, virtual]);
}
