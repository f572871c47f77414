"""What operators do from the command line, on the data folder itself, while the server runs or not.

What a running server must know of at once raises the revision (`services.revision`): it closes the
sockets of removed devices within a second.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import msgspec

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.scalars import Handle, Name, NewPassword
from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.config import ConfigError, Settings, load
from chinwag.server.delivery.revisions import note_operator
from chinwag.server.engines import blobs_of, store_of
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.broker import Broker, Job
from chinwag.server.ports.store import Reader, Row, Store, Tx, Unusable
from chinwag.server.services import codes, storage
from chinwag.server.services.devices import Devices, remove_all
from chinwag.server.services.entrance import create_account
from chinwag.server.services.guessable import guessable
from chinwag.server.services.membership import on_account_gone
from chinwag.server.services.passwords import Passwords
from chinwag.server.services.sweeping import Going, Sweeping
from chinwag.server.sessions.sessions import Sessions

__all__ = [
    "Account",
    "Admin",
    "ChinwagError",
    "ConfigError",
    "Settings",
    "Unusable",
    "load",
    "opened",
]


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the list of accounts. Times in ms; ``devices`` that are signed in."""

    id: str
    handle: str
    name: str
    kind: str
    status: str
    admin: bool
    devices: int
    created_at: int
    last_seen: int


_ACCOUNTS = (
    "SELECT a.id, a.handle, a.name, a.kind, a.status, a.admin,"
    " (SELECT count(*) FROM devices d WHERE d.account = a.id), a.created_at, a.last_seen"
    " FROM accounts a WHERE a.status <> 'deleted' ORDER BY a.handle"
)
_BOTS = "SELECT id FROM accounts WHERE owner = $1 ORDER BY id FOR UPDATE"
_STATS = {
    "people": "SELECT count(*) FROM accounts WHERE kind = 'person' AND status = 'active'",
    "bots": "SELECT count(*) FROM accounts WHERE kind = 'bot' AND status = 'active'",
    "devices": "SELECT count(*) FROM devices",
    "chats": "SELECT count(*) FROM chats",
    "messages": "SELECT coalesce(sum(count), 0) FROM chats",
    "events": "SELECT coalesce(sum(last), 0) FROM chats",
    "retries waiting": "SELECT count(*) FROM jobs WHERE dead_at = 0",
    "files": "SELECT count(*) FROM files",
    "dead letters": "SELECT count(*) FROM jobs WHERE dead_at > 0",
}


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator["Admin"]:
    """The commands, on the database of these settings, which is made if there is none."""
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = store_of(settings, exclusive=False)
    passwords = Passwords(
        memory_kib=settings.password_memory_kib, passes=settings.password_passes, threads=1
    )
    await store.open(lambda batch: None)
    try:
        yield Admin(store, LocalBroker(store), passwords, blobs_of(settings))
    finally:
        passwords.close()
        await store.close()


class Admin:
    """Accounts, sign-up codes, dead letters, the storage, and the state of the database."""

    def __init__(self, store: Store, broker: Broker, passwords: Passwords, blobs: Blobs) -> None:
        self._store = store
        self._broker = broker
        self._passwords = passwords
        self._blobs = blobs
        self._devices = Devices(store, Sessions(LocalRegistry()))

    # --- accounts ----------------------------------------------------------------------------

    async def accounts(self) -> list[Account]:
        """All but the deleted ones, by handle."""
        rows = await self._store.read(lambda db: db.fetch(_ACCOUNTS))
        return [_listed(*row) for row in rows]

    async def create_bot(self, handle: str, name: str) -> str:
        """A new bot that belongs to nobody but the operator; its token.

        Raises:
            ChinwagError: invalid, handle_taken.
        """
        _valid(handle, Handle, "handle")
        _valid(name, Name, "name")

        async def work(tx: Tx) -> str:
            bot = await create_account(tx, handle, name, password=None, kind="bot")
            _, token, _ = await self._devices.add(tx, bot.id, "bot")
            return token

        return await self._store.transact(work)

    async def create(
        self, handle: str, name: str, password: str | None = None, *, admin: bool = False
    ) -> str:
        """A new account, whatever the sign-up mode; its password, which is made if none is given.

        Raises:
            ChinwagError: invalid, weak_password, handle_taken.
        """
        _valid(handle, Handle, "handle")
        _valid(name, Name, "name")
        chosen = self._chosen(password, handle, name)
        stored = await self._passwords.hash(chosen)
        await self._store.transact(
            lambda tx: create_account(tx, handle, name, password=stored, admin=admin)
        )
        return chosen

    async def reset_password(self, handle: str, password: str | None = None) -> str:
        """Another password, which is made if none is given. All devices are signed out.

        Raises:
            ChinwagError: not_found, weak_password.
        """
        chosen = self._chosen(password, handle)
        stored = await self._passwords.hash(chosen)

        async def work(tx: Tx) -> None:
            user = await _person(tx, handle)
            await tx.execute("UPDATE accounts SET password = $2 WHERE id = $1", user, stored)
            await remove_all(tx, user)
            await note_operator(tx)

        await self._store.transact(work)
        return chosen

    async def disable(self, handle: str) -> None:
        """Nobody can sign in to the account, and all its devices, and its bots, are signed out.

        Raises:
            ChinwagError: not_found.
        """

        async def work(tx: Tx) -> None:
            user = await _person(tx, handle)
            bots = await tx.fetch(_BOTS, user)
            for (account,) in [(user,), *bots]:
                await remove_all(tx, account)
            await tx.execute("UPDATE accounts SET status = 'disabled' WHERE id = $1", user)
            await on_account_gone(tx, user)
            await note_operator(tx)

        await self._store.transact(work)

    async def enable(self, handle: str) -> None:
        """Let a disabled account sign in again.

        Raises:
            ChinwagError: not_found.
        """
        await self._set(handle, "status", "active")

    async def make_admin(self, handle: str, *, admin: bool = True) -> None:
        """Make somebody an admin of the server, or no longer.

        Raises:
            ChinwagError: not_found.
        """
        await self._set(handle, "admin", int(admin))

    async def _set(self, handle: str, column: str, value: str | int) -> None:
        async def work(tx: Tx) -> None:
            user = await _person(tx, handle)
            await tx.execute(
                f"UPDATE accounts SET {column} = $2 WHERE id = $1",
                user,
                value,
            )
            await note_operator(tx)

        await self._store.transact(work)

    def _chosen(self, password: str | None, *personal: str) -> str:
        if password is None:
            return secrets.token_urlsafe(12)
        _valid(password, NewPassword, "password")
        if guessable(password, *personal):
            raise ChinwagError(errors.WEAK_PASSWORD)
        return password

    # --- sign-up codes -----------------------------------------------------------------------

    async def invite(self, days: int = 7) -> str:
        """A code for one sign-up."""
        return await self._store.transact(lambda tx: codes.make_code(tx, "invite", days))

    async def invites(self) -> list[Row]:
        """(name, kind, created_at, expires_at) of the codes that still work."""
        return await self._store.read(codes.list_codes)

    async def revoke_invite(self, name: str) -> bool:
        """Void a code by its name in the list; False if there is none such."""
        return await self._store.transact(lambda tx: codes.revoke_code(tx, name))

    # --- dead letters ------------------------------------------------------------------------

    async def dead_letters(self, limit: int = 100) -> list[Job]:
        """Work that failed for good, newest first."""
        return await self._broker.dead(limit)

    async def replay(self, job: str) -> bool:
        """Try a dead letter again from the start; False if there is none such."""
        found = await self._broker.replay(job)
        await self._store.transact(note_operator)  # a running server looks at its jobs anew
        return found

    async def discard(self, job: str) -> bool:
        """Forget a dead letter; False if there is none such."""
        return await self._broker.discard(job)

    # --- files -------------------------------------------------------------------------------

    async def storage(self) -> tuple[storage.Use, list[Going]]:
        """What files take, and what a clean-up would remove."""
        await self._blobs.open()
        return await storage.use(self._store), await Sweeping(self._store, self._blobs).survey()

    async def clean(self) -> list[Going]:
        """Remove what nothing refers to."""
        await self._blobs.open()
        return await Sweeping(self._store, self._blobs).sweep()

    async def damaged(self, progress: Callable[[int, int], None]) -> list[str]:
        """Contents that are not as they were written. Reads every byte."""
        await self._blobs.open()
        return await storage.problems(self._store, self._blobs, progress)

    # --- the database ------------------------------------------------------------------------

    async def stats(self) -> dict[str, int]:
        """How much there is of what."""

        async def work(reader: Reader) -> dict[str, int]:
            return {name: int((await reader.fetch(sql))[0][0]) for name, sql in _STATS.items()}

        return await self._store.read(work)


def _listed(
    user: str, handle: str, name: str, kind: str, status: str, admin: int, *rest: int
) -> Account:
    devices, created_at, last_seen = rest
    return Account(user, handle, name, kind, status, bool(admin), devices, created_at, last_seen)


async def _person(reader: Reader, handle: str) -> str:
    rows = await reader.fetch(
        "SELECT id FROM accounts WHERE handle = $1 AND kind = 'person' AND status <> 'deleted'"
        " FOR UPDATE",
        handle,
    )
    if not rows:
        raise ChinwagError(errors.NOT_FOUND, text=f"There is no account {handle!r}.")
    return str(rows[0][0])


def _valid(value: str, kind: object, what: str) -> None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ChinwagError(
            errors.INVALID, field=what, text=f"The {what} is not valid: {error}."
        ) from None
