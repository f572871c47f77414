"""People with SDK clients that write down all they do and see."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Protocol

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.pushes import Presence
from chinwag.sdk import Client, Closed, Sending
from faults import checker
from faults.histories import Accepted, History, Invoked, Queued, Refused, now, shown
from flows.cast import eventually

PASSWORD = "correct horse battery"
_TEXTS = ("hello", "שלום עולם", "👩‍👩‍👧‍👦 ok", "a\nb\tc", '"quoted" \\ back', "x" * 900)
_numbers = itertools.count()


class Stored(Protocol):
    """A server whose database can be looked at."""

    database: checker.Where


class Reached(Protocol):
    """A server that people get to."""

    url: str


class Person:
    """Somebody with one device."""

    def __init__(self, name: str, client: Client, history: History) -> None:
        self.name = name
        self.client = client
        self.history = history
        self.user = client.user
        self.device = f"{name}'s {client.state.device}"
        history.devices[self.device] = self.user
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def sign_up(
        cls, url: str, name: str, history: History, store: Path | None = None
    ) -> "Person":
        """A new person, whose client is not started yet."""
        handle = f"{name}{next(_numbers)}"
        client = await Client.sign_up(url, handle, name, PASSWORD, store=store)
        return cls(handle, client, history)

    def start(self) -> None:
        """Connect, and show what comes."""
        self.client.start()
        self._task(self._watch())

    async def close(self) -> None:
        """Put the device away."""
        await self.client.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(self, chat: str, text: str = "") -> "asyncio.Task[None]":
        """Send a message; the task ends when it is accepted or refused."""
        number = next(_numbers)
        client_id = f"send-{number:08}"
        text = text or f"{number} {random.choice(_TEXTS)}"
        self.history.take(Invoked(self.device, self.user, chat, client_id, text, now()))
        sending = await self.client.send(chat, text, client_id=client_id)
        self.history.take(Queued(client_id))
        return self._task(self._settled(sending))

    async def talk(self, chats: Iterable[str], stop: asyncio.Event, window: int = 4) -> None:
        """Send to the chats in turn until ``stop``, with so many on their way at once."""
        flying: set[asyncio.Task[None]] = set()
        for chat in itertools.cycle(list(chats)):
            if stop.is_set():
                break
            flying.add(await self.send(chat))
            if len(flying) >= window:
                _, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
        if flying:
            await asyncio.wait(flying)

    async def _settled(self, sending: Sending) -> None:
        try:
            answer = await sending.accepted()
        except ChinwagError as error:
            self.history.take(Refused(sending.client_id, error.kind.code))
        except Closed:
            pass
        else:
            self.history.take(Accepted(sending.client_id, answer.chat, answer.seq, now()))

    async def _watch(self) -> None:
        async for event in self.client.events(own=True):
            self.history.take(shown(self.device, event))

    def _task(self, work: object) -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


@contextlib.asynccontextmanager
async def company(
    server: Reached,
    names: Iterable[str],
    history: History,
    folder: Path | None = None,
    *,
    url: str = "",
) -> AsyncIterator[list[Person]]:
    """People who are all connected; with durable stores if a ``folder`` for them is given, and by
    way of ``url`` instead of straight to the server.
    """
    people = []
    try:
        for name in names:
            store = folder / f"{name}.db" if folder else None
            people.append(await Person.sign_up(url or server.url, name, history, store))
        for person in people:
            person.start()
        for person in people:
            await person.client.wait_online()
        yield people
    finally:
        for person in people:
            await person.close()


@contextlib.asynccontextmanager
async def talking(*who: tuple[Person, list[str]]) -> AsyncIterator[None]:
    """These write to these chats meanwhile; in the end all of it is answered."""
    stop = asyncio.Event()
    talks = [asyncio.create_task(person.talk(chats, stop)) for person, chats in who]
    try:
        yield
        stop.set()
        await asyncio.gather(*talks)
    finally:
        for talk in talks:
            talk.cancel()


def hurry(people: list[Person]) -> None:
    """The network is back: nobody waits for the end of a pause."""
    for person in people:
        person.client.reconnect_now()


async def group_of(people: list[Person], title: str = "all") -> str:
    """A group of these people, made by the first, that all of them know."""
    placed = await people[0].client.groups.create(title, [it.user for it in people[1:]])
    for person in people:
        await person.history.until(lambda it=person: knows(it, placed.chat))
    return placed.chat


async def direct(one: Person, other: Person) -> str:
    """The chat of two people."""
    return (await one.client.open_direct(other.user)).chat


def knows(person: Person, chat: str) -> bool:
    """Whether the person was shown something of the chat."""
    return any(it.chat == chat for it in person.history.shown[person.device])


async def seen(who: Person, other: Person, *, online: bool, within: float = 20.0) -> int:
    """Wait until ``who``, who looks, sees ``other`` so; last seen then."""

    def as_wanted() -> Presence | None:
        state = who.client.state.presence[other.user]
        return state if state.online is online else None

    return (await eventually(as_wanted, within)).last_seen


async def settled(server: Stored, people: list[Person], within: float = 30.0) -> checker.Database:
    """Wait until everything that was sent has come everywhere and is acknowledged, so far as
    these people are concerned; the database then.
    """
    history = people[0].history
    until = time.monotonic() + within
    for person in people:
        await person.client.wait_online(within)
    while True:
        database = await asyncio.to_thread(checker.look, server.database)
        lagging = [
            *(("unsent", it.name) for it in people if len(it.client.outbox)),
            *_unshown(database, history, people),
            *_unmarked(database, people),
        ]
        if not lagging:
            return database
        assert time.monotonic() < until, f"not settled: {lagging[:10]}"
        await asyncio.sleep(0.1)


def agree(database: checker.Database, people: list[Person]) -> None:
    """What the clients believe of themselves in their chats is what the database has (S11)."""
    for seat in database.members:
        for person in [it for it in people if it.user == seat.user]:
            mine, where = person.client.state.chats[seat.chat].mine, (person.name, seat)
            assert mine.stays == seat.stays, (mine, where)
            if not seat.departed:
                believed = mine.role, mine.read, mine.read_count
                assert believed == (seat.role, seat.read, seat.read_count), (mine, where)


def _unshown(
    database: checker.Database, history: History, people: list[Person]
) -> list[tuple[str, str, int]]:
    return [
        ("not shown", person.name, missing)
        for person in people
        if (
            missing := len(database.expected(person.user))
            - len({(it.chat, it.seq) for it in history.shown[person.device]})
        )
        > history.kills[person.device]
    ]


def _unmarked(database: checker.Database, people: list[Person]) -> list[tuple[str, str, str, int]]:
    users = {person.user for person in people}
    return [
        ("not acknowledged", seat.user, seat.chat, seat.delivered)
        for seat in database.members
        if seat.user in users
        and not seat.departed
        and any(row.sender != seat.user for row in database.logs[seat.chat][seat.delivered :])
    ]
