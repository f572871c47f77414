"""Pages of a chat's log: answered from what is held, and what a page of the server covers."""

from chinwag.protocol.commands import History
from chinwag.protocol.events import Event
from chinwag.protocol.results import Page
from chinwag.sdk.chats import ChatState
from chinwag.sdk.store import Store


def local_page(chat: ChatState, command: History, store: Store) -> Page | None:
    """The page, if all of it is held; else None. ``around`` always asks the server."""
    if command.around is not None:
        return None
    if command.after is not None:
        return _upwards(chat, command.after + 1, command.limit, store)
    top = chat.last if command.before is None else min(command.before - 1, chat.last)
    return _downwards(chat, top, command.limit, store)


def span(chat: ChatState, command: History, page: Page) -> tuple[int, int]:
    """First and last seq that a page of the server speaks for; an empty span if it has none."""
    if not page.events:
        return 1, 0
    first, last = page.events[0].seq, page.events[-1].seq
    if command.after is not None:
        first = min(first, command.after + 1)
    if command.before is not None:
        last = max(last, min(command.before - 1, chat.last))
    if not page.older and command.after is None:
        first = 1
    return first, last


def _downwards(chat: ChatState, top: int, limit: int, store: Store) -> Page | None:
    bottom = chat.log.known_from(top)
    if not bottom:
        return None
    first = _lowest(chat)
    events = _held(chat, max(bottom, top - 2 * limit + 1), top, store)
    complete = bottom <= first and top - 2 * limit + 1 <= first
    if len(events) < limit and not complete:
        return None
    events = events[-limit:]
    older = bool(events) and events[0].seq > first
    return Page(chat=chat.id, events=tuple(events), older=older, newer=top < chat.last)


def _upwards(chat: ChatState, bottom: int, limit: int, store: Store) -> Page | None:
    bottom = max(bottom, _lowest(chat))
    through = chat.log.known_through(bottom)
    if not through:
        return None
    top = min(through, bottom + 2 * limit - 1)
    events = _held(chat, bottom, top, store)[:limit]
    if len(events) < limit and top < chat.last:
        return None
    newer = bool(events) and events[-1].seq < chat.last
    older = bottom > _lowest(chat)
    return Page(chat=chat.id, events=tuple(events), older=older, newer=newer)


def _lowest(chat: ChatState) -> int:
    """The first seq that may be seen."""
    return chat.mine.stays[0][0] if chat.mine.stays else chat.last + 1


def _held(chat: ChatState, first: int, last: int, store: Store) -> list[Event]:
    """Everything held of [first, last], from memory or the store."""
    events = list(chat.log.between(first, last))
    if store.durable and len(events) < last - first + 1:
        stored = {it.seq: it for it in store.events(chat.id, first, last, last - first + 1)}
        stored.update((it.seq, it) for it in events)
        return [stored[seq] for seq in sorted(stored)]
    return events
