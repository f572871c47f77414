"""Devices: where people are signed in. A device is a token, and revoking it takes effect at once.

Identities are cached by the token's hash, so that a reconnect costs no query. Every revocation
drops them from the cache and raises ``generation``. A socket that was let in while its token was
being revoked is found by that number: whoever takes a session in calls `confirm` afterwards.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from uuid_utils import uuid7

from chinwag.protocol import commands, errors, limits, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.scalars import UserKind
from chinwag.server.clock import now_ms
from chinwag.server.delivery.locks import lock_accounts
from chinwag.server.delivery.revisions import note
from chinwag.server.observe import log
from chinwag.server.ports.store import Row, Store, Tx
from chinwag.server.services import subscriptions
from chinwag.server.services.gathering import AT_ONCE, Gathering
from chinwag.server.services.tokens import digest, new_token
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

_CACHED = 20_000
_TOUCH_EVERY = 60_000
_DAY = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a device stays signed in: in days, unused and at all. Bots' tokens do not lapse.
    ``devices`` is how many an account may have.
    """

    idle_days: int = 90
    days: int = 365
    devices: int = 20


@dataclass(frozen=True, slots=True)
class Identity:
    """Who holds a token."""

    user: str
    device: str
    kind: UserKind = "person"
    admin: bool = False
    generation: int = 0


@dataclass(slots=True)
class _Known:
    identity: Identity
    created_at: int
    used_at: int


_HOLDERS = (
    "SELECT d.token, d.account, d.id, a.kind, a.admin, d.created_at, d.used_at"
    " FROM devices d JOIN accounts a ON a.id = d.account"
    " WHERE a.status = 'active' AND d.token IN ({})"
)
# Tokens are bytes, of which there are no lists. Few sizes, that statements may be known.
_SIZES = (1, 8, AT_ONCE)
_ALIVE = (
    "SELECT d.id FROM devices d JOIN accounts a ON a.id = d.account"
    " WHERE d.id = ANY($1) AND a.status = 'active'"
)
_OVER = (
    "SELECT d.id FROM devices d JOIN accounts a ON a.id = d.account"
    " WHERE a.kind = 'person' AND (d.used_at < $1 OR d.created_at < $2)"
)
_OWN = "SELECT id, name, created_at, used_at FROM devices WHERE account = $1"


class Devices:
    """Tokens and the devices that hold them."""

    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        lifetimes: Lifetimes | None = None,
        *,
        gone: Callable[[Iterable[str]], None] = lambda devices: None,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._lifetimes = lifetimes or Lifetimes()
        self._gone = gone
        self._holders = Gathering(self._read_holders)
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._keys: dict[str, bytes] = {}
        self._touched: dict[str, int] = {}
        self.generation = 0

    # --- who is it ---------------------------------------------------------------------------

    async def authenticate(self, token: str) -> Identity:
        """Who holds the token.

        Raises:
            ChinwagError: unauthenticated, whether it never was one, lapsed or was revoked.
        """
        if not 0 < len(token) <= limits.TOKEN_CHARS:
            raise ChinwagError(errors.UNAUTHENTICATED)
        key = digest(token)
        known = self._known.get(key)
        if known is None:
            known = await self._look_up(key)
        else:
            self._known.move_to_end(key)
        now = now_ms()
        if known is None or self._lapsed(known, now):
            raise ChinwagError(errors.UNAUTHENTICATED)
        if now - known.used_at >= _TOUCH_EVERY:
            known.used_at = self._touched[known.identity.device] = now
        who = known.identity
        return Identity(who.user, who.device, who.kind, who.admin, self.generation)

    async def confirm(self, identity: Identity) -> bool:
        """Whether the identity, that was authenticated a moment ago, holds still. To be asked
        once the session is entered: then either this sees a revocation, or it sees the session.
        """
        if identity.generation == self.generation:
            return True
        return identity.device in await self._alive([identity.device])

    def touch(self, device: str) -> None:
        """The device was used just now, as a heartbeat shows."""
        self._touched[device] = now_ms()

    async def _look_up(self, key: bytes) -> _Known | None:
        generation = self.generation
        row = await self._holders.get(key)
        if row is None:
            return None
        user, device, kind, admin, created_at, used_at = row
        known = _Known(Identity(user, device, kind, bool(admin)), created_at, used_at)
        if generation != self.generation:  # something was revoked meanwhile: perhaps this
            return known if device in await self._alive([device]) else None
        self._known[key] = known
        self._keys[device] = key
        if len(self._known) > _CACHED:
            _, oldest = self._known.popitem(last=False)
            del self._keys[oldest.identity.device]
        return known

    async def _read_holders(self, keys: Sequence[bytes]) -> Mapping[bytes, Row]:
        size = next(size for size in _SIZES if size >= len(keys))
        sql = _HOLDERS.format(", ".join(f"${n}" for n in range(1, size + 1)))
        padded = [*keys, *[keys[0]] * (size - len(keys))]
        rows = await self._store.read(lambda db: db.fetch(sql, *padded))
        return {row[0]: row[1:] for row in rows}

    def _lapsed(self, known: _Known, now: int) -> bool:
        if known.identity.kind == "bot":
            return False
        lifetimes = self._lifetimes
        return (
            now - known.used_at > lifetimes.idle_days * _DAY
            or now - known.created_at > lifetimes.days * _DAY
        )

    async def _alive(self, devices: list[str]) -> set[str]:
        rows = await self._store.read(lambda db: db.fetch(_ALIVE, devices))
        return {row[0] for row in rows}

    # --- signing in and out ------------------------------------------------------------------

    async def add(self, tx: Tx, user: str, name: str) -> tuple[str, str, list[str]]:
        """A new device in this transaction: its id, its token, and the devices that had to make
        room for it (to be given to `revoked` after the commit).
        """
        device, token = str(uuid7()), new_token()
        await lock_accounts(tx, user)
        rows = await tx.fetch(
            "SELECT id FROM devices WHERE account = $1 ORDER BY used_at DESC, id DESC", user
        )
        crowded = [row[0] for row in rows[self._lifetimes.devices - 1 :]]
        await remove(tx, crowded)
        await tx.execute(
            "INSERT INTO devices (id, account, name, token, created_at, used_at)"
            " VALUES ($1, $2, $3, $4, $5, $5)",
            device,
            user,
            name,
            digest(token),
            tx.now,
        )
        return device, token, crowded

    def revoked(self, devices: Iterable[str]) -> None:
        """These devices' tokens are void, by a transaction that has committed: forget them and
        close their sockets.
        """
        gone = set(devices)
        if not gone:
            return
        self.generation += 1
        for device in gone:
            self._known.pop(self._keys.pop(device, b""), None)
            self._touched.pop(device, None)
        self._sessions.sign_out(gone)
        self._gone(gone)

    async def sign_out(self, who: Identity) -> None:
        """The device itself signs out."""
        await self._store.transact(lambda tx: remove(tx, [who.device]))
        self.revoked([who.device])

    async def recheck(self) -> None:
        """Devices may have been revoked by another process: trust nothing known, and close every
        socket whose device is gone.
        """
        self.generation += 1
        self._known.clear()
        self._keys.clear()
        here = [session.device for session in self._sessions]
        for start in range(0, len(here), 1000):
            some = here[start : start + 1000]
            void = set(some) - await self._alive(some)
            if void:
                log.info("devices.signed_out_elsewhere", devices=len(void))
                self.revoked(void)

    async def flush(self) -> None:
        """Write down when devices were last used, all in one transaction."""
        touched, self._touched = self._touched, {}
        if not touched:
            return

        async def work(tx: Tx) -> None:
            for device, at in sorted(touched.items()):
                await tx.execute(
                    "UPDATE devices SET used_at = $2 WHERE id = $1 AND used_at < $2", device, at
                )

        try:
            await self._store.transact(work)
        except ChinwagError:
            self._touched = touched | self._touched
            raise

    async def purge(self) -> None:
        """Remove the devices whose time is over."""
        idle = now_ms() - self._lifetimes.idle_days * _DAY
        oldest = now_ms() - self._lifetimes.days * _DAY

        async def work(tx: Tx) -> list[str]:
            # Asked again: one of them may have been used since.
            rows = await tx.fetch(f"{_OVER} AND d.id = ANY($3)", idle, oldest, over)
            ids = [row[0] for row in rows]
            await remove(tx, ids)
            return ids

        await self.flush()
        # All devices are looked at, which is nothing for the writer to wait for.
        rows = await self._store.read(lambda reader: reader.fetch(_OVER, idle, oldest))
        over = [row[0] for row in rows]
        if over:
            self.revoked(await self._store.transact(work))

    # --- commands ----------------------------------------------------------------------------

    async def devices(self, session: Session, _: commands.Devices) -> results.DeviceList:
        """Where the caller is signed in, last used first."""
        return await self._listed(
            session, await self._store.read(lambda db: db.fetch(_OWN, session.user))
        )

    async def rename(self, session: Session, command: commands.RenameDevice) -> results.DeviceList:
        """Another name for an own device.

        Raises:
            ChinwagError: not_found.
        """

        async def work(tx: Tx) -> list[Row]:
            if not await tx.execute(
                "UPDATE devices SET name = $3 WHERE id = $1 AND account = $2",
                command.device,
                session.user,
                command.name,
            ):
                raise ChinwagError(errors.NOT_FOUND)
            return await tx.fetch(_OWN, session.user)

        return await self._listed(session, await self._store.transact(work))

    async def remove(self, session: Session, command: commands.RemoveDevice) -> results.DeviceList:
        """Sign an own device out, wherever it is.

        Raises:
            ChinwagError: not_found.
        """

        async def work(tx: Tx) -> list[Row]:
            rows = await tx.fetch(_OWN, session.user)
            if command.device not in (row[0] for row in rows):
                raise ChinwagError(errors.NOT_FOUND)
            await remove(tx, [command.device])
            return [row for row in rows if row[0] != command.device]

        rows = await self._store.transact(work)
        self.revoked([command.device])
        return await self._listed(session, rows)

    async def _listed(self, session: Session, rows: list[Row]) -> results.DeviceList:
        online = await self._sessions.online(session.user)
        found = [
            results.Device(
                id=device,
                name=name,
                created_at=created_at,
                used_at=max(used_at, self._touched.get(device, 0)) // 60_000 * 60_000,
                online=device in online,
                this=device == session.device,
            )
            for device, name, created_at, used_at in rows
        ]
        found.sort(key=lambda each: (each.online, each.used_at), reverse=True)
        return results.DeviceList(tuple(found))


async def remove(tx: Tx, devices: list[str]) -> None:
    """Remove devices in this transaction, and their push subscriptions."""
    if devices:
        await tx.execute("DELETE FROM devices WHERE id = ANY($1)", devices)
        await subscriptions.forget(tx, devices)
        await note(tx, "device", *devices)


async def remove_all(tx: Tx, user: str, *, besides: str = "") -> list[str]:
    """Remove all devices of an account in this transaction; which ones they were."""
    rows = await tx.fetch("SELECT id FROM devices WHERE account = $1 AND id <> $2", user, besides)
    devices = [row[0] for row in rows]
    await remove(tx, devices)
    return devices
