"""This device's copy: the state, its store and its readers, and the one way by which a change
goes through all three. Whatever was absorbed during one turn of the loop is stored in one commit;
only after it is it acknowledged to the server and handed to readers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from chinwag.protocol.commands import History
from chinwag.protocol.events import Deleted, Event
from chinwag.protocol.pushes import Hello
from chinwag.protocol.results import Head, Page
from chinwag.sdk.changes import (
    AccountChanged,
    Change,
    ChatChanged,
    ChatGone,
    Found,
    Grew,
    NeedChat,
    NeedRange,
    NeedUsers,
    Update,
    UserChanged,
)
from chinwag.sdk.chats import ChatState
from chinwag.sdk.errors import StoreError
from chinwag.sdk.marks import Acks
from chinwag.sdk.state import State
from chinwag.sdk.store import ChatRecord, Meta, Saved, Store
from chinwag.sdk.streams import PAGE, EventStream, Hub, UpdateStream

# Events of one chat in memory: on trimming, and of a stored chat at the start.
KEEP = 1_000
KEEP_AT_START = 100


class Needs:
    """What must be asked of the server, until it has been."""

    def __init__(self) -> None:
        self.ranges: dict[str, None] = {}
        self.chats: dict[str, None] = {}
        self.users: dict[str, None] = {}
        self.wake: Callable[[], None] = lambda: None

    def note(self, need: NeedRange | NeedChat | NeedUsers) -> None:
        """One more; repeats do not count."""
        if isinstance(need, NeedRange):
            self.ranges[need.chat] = None
        elif isinstance(need, NeedChat):
            self.chats[need.chat] = None
        else:
            self.users.update(dict.fromkeys(need.users))
        self.wake()


class Replica:
    """See the module.

    Attributes:
        state: read it freely; change it only through here.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.state = State()
        self.hub = Hub()
        self.needs = Needs()
        self.acks = Acks()
        self.found: Callable[[Found], None] = lambda _: None
        self.fetch: Callable[[History], Awaitable[Page]] | None = None
        self._updates: dict[Update, None] = {}
        self._grown: dict[str, int] = {}
        self._dirty: set[str] = set()
        self._strangers: set[str] = set()
        self._meta_changed = False
        self._scheduled = False
        self._closed = False

    def restore(self, saved: Saved) -> None:
        """Begin with what the store has."""
        state = self.state
        state.user, state.device = saved.meta.user, saved.meta.device
        state.since, state.account = saved.meta.since, saved.meta.account
        state.users = {user.id: user for user in saved.users}
        for record in saved.chats:
            chat = _chat(record, state.user)
            chat.log.extend(self.store.newest(chat.id, KEEP_AT_START))
            state.chats[chat.id] = chat

    # --- in ----------------------------------------------------------------------------------

    def greet(self, hello: Hello) -> None:
        """The server says who we are.

        Raises:
            StoreError: the store is another account's.
        """
        if self.state.user not in ("", hello.user):
            raise StoreError("the store belongs to another account")
        self.state.apply(hello)
        self._meta_changed = True
        self._schedule()

    def absorb(self, changes: Iterable[Change]) -> None:
        """Let changes reach the store, the server's marks and the readers, in this order."""
        for change in changes:
            if isinstance(change, NeedRange | NeedChat | NeedUsers):
                self.needs.note(change)
                continue
            if isinstance(change, Found):
                self.found(change)
                continue
            if isinstance(change, Grew):
                self._grown.setdefault(change.chat, change.first)
                self._dirty.add(change.chat)
                continue
            self._updates[change] = None
            if isinstance(change, ChatChanged):
                self._dirty.add(change.chat)
            elif isinstance(change, UserChanged):
                self._strangers.add(change.user)
            elif isinstance(change, AccountChanged):
                self._meta_changed = True
        self._schedule()

    def caught_up(self, since: str) -> None:
        """Everything up to the token ``since`` is here."""
        self.state.since = since
        self._meta_changed = True
        self.absorb(self.state.needs())

    def reset(self) -> None:
        """The server lives another life: forget its chats."""
        gone = self.state.reset()
        self.store.forget()
        self._dirty.clear()
        self._grown.clear()
        self._meta_changed = True
        self.absorb(change for change in gone if isinstance(change, ChatGone))

    def acknowledge(self, chats: Iterable[str]) -> None:
        """Tell again what is stored of these chats; the marks may have been lost."""
        for name in chats:
            if chat := self.state.chats.get(name):
                self.acks.add(name, chat.stored)

    def flush(self) -> None:
        """Store, then tell."""
        self._scheduled = False
        if self._closed:
            return
        if self.store.durable:
            self._write()
        chats = self.state.chats
        for name in self._dirty:
            if chat := chats.get(name):
                chat.unsaved.clear()
                chat.log.trim(KEEP, forget=not self.store.durable)
                if len(chat.here) > 2 * KEEP:
                    chat.here = set(sorted(chat.here)[-KEEP:])
        self._dirty.clear()
        grown, self._grown = self._grown, {}
        updates, self._updates = self._updates, {}
        for name, first in grown.items():
            if chat := chats.get(name):
                if first < chat.stored or first not in chat.here:
                    self.acks.add(name, chat.stored)
                self.hub.grew(name, first)
        self.hub.publish(updates)

    def close(self) -> None:
        """Flush, and let go of the store."""
        self.flush()
        self._closed = True
        self.store.close()

    # --- out ---------------------------------------------------------------------------------

    def updates(self) -> UpdateStream:
        """A new reader of updates."""
        return self.hub.add_updates(UpdateStream())

    def events(self, stream: EventStream) -> EventStream:
        """Set a new reader of events to its beginning: what nobody was shown yet if it is the
        only one, else what comes from now on.
        """
        alone = self.hub.quiet
        for chat in self.state.chats.values():
            stream.begin(chat, chat.shown if alone else chat.stored)
        return self.hub.add_events(stream)

    def chat(self, chat: str) -> ChatState | None:
        """The chat's state."""
        return self.state.chats.get(chat)

    def show(self, chat: ChatState, seq: int) -> None:
        """An event is handed to a reader: it never is again, also not after a restart."""
        if seq <= chat.shown:
            return
        self._settle()
        chat.shown = seq
        if self.store.durable and not self._closed:
            self.store.put_chats([_record(chat)])
            self.store.commit()

    async def read(self, chat: str, first: int, last: int) -> list[Event]:
        """The lowest events of [first, last], `PAGE` at most: from memory, the store, or the
        server.
        """
        held = self.state.chats[chat]
        through = held.log.known_through(first)
        if through and (events := self._local(held, first, min(through, last))):
            return events
        if through >= last or self.fetch is None:
            return []
        page = await self.fetch(History(chat=chat, after=first - 1, limit=PAGE))
        return [event for event in page.events if event.seq <= last]

    def _local(self, chat: ChatState, first: int, last: int) -> list[Event]:
        if self.store.durable:
            self._settle()
            return self.store.events(chat.id, first, last, PAGE)
        return list(chat.log.between(first, last))[:PAGE]

    # --- inside ------------------------------------------------------------------------------

    def _schedule(self) -> None:
        if not self._scheduled and not self._closed:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def _settle(self) -> None:
        """Nothing is handed out that the store does not have."""
        if self._scheduled:
            self.flush()

    def _write(self) -> None:
        state, store = self.state, self.store
        chats = [chat for name in self._dirty if (chat := state.chats.get(name))]
        for chat in chats:
            if chat.unsaved:
                store.put_events([chat.log.get(it.seq) or it for it in chat.unsaved])
            for event in chat.unsaved:
                if isinstance(event.body, Deleted):
                    store.blank(chat.id, event.body.seq)
        if chats:
            store.put_chats([_record(chat) for chat in chats])
        if self._strangers:
            store.put_users([state.users[user] for user in self._strangers])
            self._strangers.clear()
        if self._meta_changed:
            store.put_meta(Meta(state.user, state.device, state.since, state.account))
            self._meta_changed = False
        store.commit()


def _record(chat: ChatState) -> ChatRecord:
    head = Head(
        chat=chat.id,
        kind=chat.kind,
        last=chat.last,
        count=chat.count,
        mine=chat.mine,
        ticks=chat.ticks,
        peer=chat.peer,
        group=chat.group,
        failures=chat.failures,
    )
    return ChatRecord(
        head=head,
        tip=chat.tip,
        stored=chat.stored,
        shown=chat.shown,
        at=chat.at,
        waiting=chat.waiting,
        here=tuple(sorted(chat.here)),
        ranges=chat.log.ranges,
    )


def _chat(record: ChatRecord, me: str) -> ChatState:
    chat = ChatState(msgspec.structs.replace(record.head), me, stored=record.stored)
    chat.tip, chat.shown, chat.at = record.tip, record.shown, record.at
    chat.waiting, chat.here = record.waiting, set(record.here)
    for first, last in record.ranges:
        chat.log.cover(first, last)
    return chat
