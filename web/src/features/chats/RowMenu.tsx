import {
  useCallback,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type TouchEvent,
} from "react";
import { Confirm, FloatingMenu, toast, type MenuPlace } from "@/design";
import { client, newId, useChinwag, type Chat } from "@/state";
import type { Id } from "@/wire/types";
import { chatTitle, refusalText, useWords } from "@/words";
import { useChatActions } from "./useChatActions";

interface Place {
  readonly chat: Id;
  readonly place: MenuPlace;
  /** Has the focus again when the menu closes. */
  readonly from: HTMLElement | null;
}

type Pressed = KeyboardEvent | MouseEvent | TouchEvent;

const LONG_PRESS = 500;

/**
 * The one menu of all rows: at the pointer (right click, long press), at the row (menu key,
 * Shift+F10), or under the row's own button.
 */
export function useRowMenu() {
  const [at, setAt] = useState<Place | null>(null);
  const press = useRef<ReturnType<typeof setTimeout>>(undefined);

  const openAt = useCallback((chat: Id, button: Element) => {
    setAt({ chat, place: button, from: button instanceof HTMLElement ? button : null });
  }, []);

  const open = (event: Pressed, point?: { readonly x: number; readonly y: number }) => {
    const row = rowOf(event);
    if (!row) return;
    const link = row.querySelector<HTMLElement>("a");
    setAt({ chat: row.dataset["chat"]!, place: point ?? row, from: link });
  };
  const release = () => clearTimeout(press.current);

  const handlers = {
    onContextMenu: (event: MouseEvent) => {
      if (!rowOf(event)) return;
      event.preventDefault();
      // A key that opens menus comes as a key as well.
      if (isPointed(event)) open(event, { x: event.clientX, y: event.clientY });
    },
    onKeyDown: (event: KeyboardEvent) => {
      const menuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
      if (!menuKey || !rowOf(event)) return;
      event.preventDefault();
      open(event);
    },
    onTouchStart: (event: TouchEvent) => {
      const touch = event.touches[0];
      if (event.touches.length !== 1 || !touch) {
        release();
        return;
      }
      const point = { x: touch.clientX, y: touch.clientY };
      press.current = setTimeout(() => open(event, point), LONG_PRESS);
    },
    onTouchMove: release,
    onTouchEnd: release,
    onTouchCancel: release,
  };
  return { at, openAt, close: useCallback(() => setAt(null), []), handlers };
}

/** Asked for by a mouse, a pen or a finger. */
function isPointed({ button, nativeEvent }: MouseEvent): boolean {
  return button === 2 || (nativeEvent instanceof PointerEvent && nativeEvent.pointerType !== "");
}

function rowOf(event: Pressed): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>("[data-chat]") : null;
}

export function RowMenu({ menu }: { readonly menu: ReturnType<typeof useRowMenu> }) {
  const { at, close } = menu;
  const [leaving, setLeaving] = useState<Chat | null>(null);
  const actions = useChatActions(setLeaving);
  const chat = useChinwag((state) => (at ? state.chats.get(at.chat) : undefined));
  const users = useChinwag((state) => state.users);
  const user = useChinwag((state) => state.user);
  return (
    <>
      <FloatingMenu
        items={chat ? actions({ user, users }, chat) : []}
        place={at?.place ?? null}
        onClose={close}
        finalFocus={() => at?.from ?? null}
      />
      {leaving && <Leave chat={leaving} onClose={() => setLeaving(null)} />}
    </>
  );
}

function Leave({ chat, onClose }: { readonly chat: Chat; readonly onClose: () => void }) {
  const t = useWords("chats");
  const title = useChinwag((state) => chatTitle(state, chat));
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await client.ask({ type: "leave", chat: chat.id, client_id: newId() });
    } catch (error) {
      toast({ text: refusalText(error), urgent: true });
    }
    onClose();
  };
  return (
    <Confirm
      open
      danger
      busy={busy}
      title={t("leaveTitle", { title })}
      text={t("leaveText")}
      action={t("leaveVerb")}
      onConfirm={() => void leave()}
      onOpenChange={(open) => !open && onClose()}
    />
  );
}
