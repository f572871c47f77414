"""What a program reads: `UpdateStream` and `EventStream`, any number of each at once.

Both are bounded by what there is, not by how slow the reader is. An update is a note that
something is different now, without content; notes wait in a set, so a hundred changes of one
thing are one note. Of events only a cursor a chat is kept: a slow reader gets every event, from
memory, from the store, or in the end from the server again; nothing is dropped and nobody else
waits.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar
from weakref import WeakSet

from chinwag.protocol.events import Body, Event, Void
from chinwag.sdk.changes import StatusChanged, Update
from chinwag.sdk.chats import ChatState

T = TypeVar("T")
PAGE = 200


class _Stream(Generic[T]):
    """An asynchronous iterator that can be ended from outside. One reader at a time."""

    def __init__(self) -> None:
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False
        self._error: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more is put in."""
        return self._ended

    def __aiter__(self) -> "_Stream[T]":
        return self

    async def __anext__(self) -> T:
        while True:
            item = await self._take()
            if item is not None:
                return item
            if self._ended:
                raise self._error or StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter

    async def _take(self) -> T | None:
        raise NotImplementedError

    def end(self, error: Exception | None = None) -> None:
        """Let the iteration end: quietly and at once, or with ``error`` after what is there."""
        if not self._ended:
            self._ended, self._error = True, error
            self._wake()

    async def aclose(self) -> None:
        """Stop reading."""
        self.end()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class UpdateStream(_Stream[Update]):
    """Notes of what is different; look at the client's ``state`` for what it is now."""

    def __init__(self) -> None:
        super().__init__()
        self._pending: dict[Update, None] = {}

    def put(self, update: Update) -> None:
        """Note one more."""
        if isinstance(update, StatusChanged):
            self._pending.pop(update, None)  # these carry a value: the newest must come last
        self._pending[update] = None
        self._wake()

    async def _take(self) -> Update | None:
        if not self._pending:
            return None
        update = next(iter(self._pending))
        del self._pending[update]
        return update


class Log(Protocol):
    """Where an `EventStream` reads."""

    async def read(self, chat: str, first: int, last: int) -> list[Event]:
        """The lowest events of [first, last], `PAGE` at most; empty if there are none."""

    def chat(self, chat: str) -> ChatState | None:
        """The chat's state."""

    def show(self, chat: ChatState, seq: int) -> None:
        """The event at ``seq`` is about to be handed over: never again."""


class EventStream(_Stream[Event]):
    """New entries of the logs, per chat strictly in the order of seq and without a gap."""

    def __init__(self, log: Log, kinds: tuple[type[Body], ...], own: bool) -> None:
        super().__init__()
        self._log = log
        self._kinds = kinds
        self._own = own
        self._cursors: dict[str, int] = {}
        self._due: dict[str, None] = {}
        self._page: list[Event] = []

    def begin(self, chat: ChatState, after: int) -> None:
        """Of this chat, hand over what comes after ``after``."""
        self._cursors[chat.id] = after
        if after < chat.stored:
            self._due[chat.id] = None

    def grew(self, chat: str, first: int) -> None:
        """There is more, from ``first`` on."""
        self._cursors.setdefault(chat, first - 1)
        self._due[chat] = None
        self._wake()

    async def _take(self) -> Event | None:
        while self._due and not (self._ended and self._error is None):
            name = next(iter(self._due))
            chat = self._log.chat(name)
            event = await self._next(chat) if chat else None
            if event is None or chat is None:
                self._due.pop(name, None)
                if chat is None:
                    self._cursors.pop(name, None)
                continue
            if self._cursors[name] >= chat.stored:
                self._due.pop(name, None)
            self._log.show(chat, event.seq)
            return event
        return None

    async def _next(self, chat: ChatState) -> Event | None:
        """The next event of the chat that this reader wants; moves the cursor behind it."""
        while (after := self._cursors[chat.id]) < chat.stored:
            last = chat.stored
            event = chat.log.get(after + 1) or await self._fetched(chat.id, after + 1, last)
            self._cursors[chat.id] = event.seq if event else last
            if event and self._wants(chat, event):
                return event
        return None

    async def _fetched(self, chat: str, first: int, last: int) -> Event | None:
        """The lowest event of [first, last], wherever it is."""
        if not self._page or self._page[0].chat != chat or self._page[0].seq < first:
            self._page = await self._log.read(chat, first, last)
        return self._page.pop(0) if self._page else None

    def _wants(self, chat: ChatState, event: Event) -> bool:
        if isinstance(event.body, Void) or (event.seq in chat.here and not self._own):
            return False
        return not self._kinds or isinstance(event.body, self._kinds)


class Hub:
    """Hands changes to all streams. Streams that nobody holds any more vanish by themselves."""

    def __init__(self) -> None:
        self._updates: WeakSet[UpdateStream] = WeakSet()
        self._events: WeakSet[EventStream] = WeakSet()
        self._listeners: list[Callable[[Update], None]] = []
        self._end: tuple[Exception | None] | None = None

    @property
    def quiet(self) -> bool:
        """Whether nobody reads events at present."""
        return all(stream.ended for stream in self._events)

    def add_updates(self, stream: UpdateStream) -> UpdateStream:
        """Take a reader in."""
        self._updates.add(stream)
        if self._end:
            stream.end(*self._end)
        return stream

    def add_events(self, stream: EventStream) -> EventStream:
        """Take a reader in."""
        self._events.add(stream)
        if self._end:
            stream.end(*self._end)
        return stream

    def listen(self, listener: Callable[[Update], None]) -> None:
        """Call ``listener`` with each update; it must not block."""
        self._listeners.append(listener)

    def publish(self, updates: Iterable[Update]) -> None:
        """Tell all readers of updates."""
        for update in updates:
            for listener in self._listeners:
                listener(update)
            for stream in list(self._updates):
                if not stream.ended:
                    stream.put(update)

    def grew(self, chat: str, first: int) -> None:
        """Tell all readers of events."""
        for stream in list(self._events):
            if not stream.ended:
                stream.grew(chat, first)

    def end(self, error: Exception | None) -> None:
        """No more will come."""
        self._end = (error,)
        for updates in list(self._updates):
            updates.end(error)
        for events in list(self._events):
            events.end(error)
