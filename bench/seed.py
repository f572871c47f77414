"""People and chats to measure with, put into a database before the server starts on it."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bench.client import Person
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.config import Settings
from chinwag.server.engines import engines_of
from chinwag.server.ports.store import Entry, Store, Tx
from chinwag.server.services import chats
from chinwag.server.services.chats import Chats
from chinwag.server.services.devices import Devices
from chinwag.server.services.entrance import create_account
from chinwag.server.services.profiles import Profiles
from chinwag.server.sessions.sessions import Sessions

T = TypeVar("T")
DATABASE = "chinwag.db"
_numbers = itertools.count(1)


class Seeds:
    """What can be sown inside one transaction."""

    def __init__(self, store: Store, tx: Tx) -> None:
        sessions = Sessions(LocalRegistry())
        self._tx = tx
        self._devices = Devices(store, sessions)
        self._chats = Chats(store, sessions, Profiles(store, sessions))

    async def person(self) -> Person:
        """An account with a device."""
        number = next(_numbers)
        user = await create_account(
            self._tx, f"person{number}", f"Person {number}", password="unused"
        )
        _, token, _ = await self._devices.add(self._tx, user.id, "bench")
        return Person(user.id, token)

    async def people(self, number: int) -> list[Person]:
        """So many of them."""
        return [await self.person() for _ in range(number)]

    async def direct(self, one: Person, other: Person) -> str:
        """The one-to-one chat of two."""
        return await self._chats.make_direct(self._tx, one.user, other.user)

    async def group(self, members: list[Person], title: str) -> str:
        """A group; the first is its admin."""
        chat, users = chats.new_id(), [member.user for member in members]
        entry = Entry(chat, users[0], "created", b"")
        await chats.create(self._tx, chat, "group", users, users[0], title=title, entry=entry)
        return chat


def seed(folder: Path, work: Callable[[Seeds], Awaitable[T]]) -> T:
    """Run ``work`` over a new database in ``folder``."""
    return sow(Settings(data=str(folder)), work)


def sow(settings: Settings, work: Callable[[Seeds], Awaitable[T]]) -> T:
    """Run ``work`` over the database that the settings name."""
    return sow_all(settings, [work])[0]


def sow_all(settings: Settings, works: Sequence[Callable[[Seeds], Awaitable[T]]]) -> list[T]:
    """The same for several, in a transaction each: one must not take too long."""

    async def main() -> list[T]:
        store = engines_of(settings).store
        # Nobody is there yet to be told.
        await store.open(lambda batch: store.told([batch.receipt] if batch.receipt else []))
        try:
            return [
                await store.transact(lambda tx, work=work: work(Seeds(store, tx)))  # type: ignore[misc]
                for work in works
            ]
        finally:
            await store.close()

    return asyncio.run(main())
