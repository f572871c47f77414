"""`RedisRegistry`: the sessions of all nodes, in Redis or Valkey.

One key a user holds a record of each session, so that one MGET tells where all recipients of a
commit are. Records of nodes whose lease ran out count for nothing, and are dropped when the key is
next written. What Redis could not be told while it was away is told when it is back: it is never
the reason why somebody cannot come in.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.redis.lease import Lease
from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.records import incarnations, last_seen, records
from chinwag.server.adapters.redis.scripts import (
    ENTER,
    EPOCH,
    LOOK,
    NODES,
    USER,
    USER_SECONDS,
    VERSION,
)
from chinwag.server.ports.registry import Entered, Held, Standing

_KEYS_AT_ONCE = 1_000
_SESSIONS_AT_ONCE = 500
_MOST_OWED = 50_000


class _Left(NamedTuple):
    user: str
    epoch: int
    last_seen: int


class RedisRegistry:
    """The registry of several nodes. It owns the link."""

    alone = False

    def __init__(self, link: Link, node: str, lease_seconds: float) -> None:
        self.node = node
        self._link = link
        self._lease = Lease(link, node, lease_seconds)
        self._mine: dict[str, tuple[str, int]] = {}
        self._owed_leaves: dict[str, _Left] = {}
        self._owed_entries = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(
        self, lapsed: Callable[[], Awaitable[None]], gone: Callable[[str], None]
    ) -> None:
        await self._lease.open(lapsed, gone, self._pay)
        self._background(self._prolong())

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._lease.close()
        await self._link.close()

    @property
    def certain(self) -> bool:
        return self._lease.held

    def gauges(self) -> dict[str, float]:
        return self._link.gauges() | {
            "registry_nodes": len(self._lease.live),
            "registry_lapses_total": self._lease.lapses,
            "registry_lease_held": float(self._lease.held),
            "registry_lease_age_seconds": self._lease.age,
        }

    # --- telling -----------------------------------------------------------------------------

    async def enter(self, user: str, device: str, *, foreground: bool = False) -> Entered:
        entering = asyncio.ensure_future(self._enter_new(Held(device, user, 0, foreground)))
        try:
            return await asyncio.shield(entering)
        except asyncio.CancelledError:
            # Nobody will know its epoch: what is under way has to be undone.
            self._background(self._take_out(user, device, entering))
            raise

    async def _take_out(self, user: str, device: str, entering: asyncio.Future[Entered]) -> None:
        entered = await entering
        await self.leave(user, device, entered.epoch)

    async def _enter_new(self, session: Held) -> Entered:
        before = self._mine.get(session.device)
        if before is not None and before[0] != session.user:
            await self.leave(before[0], session.device, before[1])
        try:
            entered = await self._enter(session)
            assert entered is not None
        except ChinwagError:
            self._owed_entries = True
            entered = Entered(time.time_ns() // 1_000)
        self._mine[session.device] = (session.user, entered.epoch)
        self._owed_leaves.pop(session.device, None)
        return entered

    async def enter_again(self, sessions: Sequence[Held]) -> Mapping[str, Entered]:
        found: dict[str, Entered] = {}
        for start in range(0, len(sessions), _SESSIONS_AT_ONCE):
            some = sessions[start : start + _SESSIONS_AT_ONCE]
            answers = await asyncio.gather(*map(self._enter, some))
            for session, entered in zip(some, answers, strict=True):
                if entered is not None:
                    found[session.device] = entered
                    self._mine[session.device] = (session.user, entered.epoch)
        return found

    async def _enter(self, session: Held) -> Entered | None:
        """Enter with a new epoch if it has none; None: there is a newer one."""
        for _ in range(2):
            if not self._lease.incarnation:
                await self._lease.renew()
            epoch, replaced = await self._link.run(
                ENTER,
                [USER + session.user, NODES, EPOCH],
                session.device,
                self._lease.incarnation,
                int(session.foreground),
                USER_SECONDS,
                session.epoch or "",
            )
            if epoch == b"newer":
                return None
            if epoch != b"lapsed":
                there = replaced.decode()
                return Entered(int(epoch), there if there != self.node else "")
            await self._lease.renew()
        raise ChinwagError(errors.UNAVAILABLE)

    async def leave(self, user: str, device: str, epoch: int, *, last_seen: int = 0) -> None:
        if self._mine.get(device) == (user, epoch):
            del self._mine[device]
        try:
            await self._leave(device, _Left(user, epoch, last_seen))
        except ChinwagError:
            if len(self._owed_leaves) < _MOST_OWED:
                self._owed_leaves[device] = _Left(user, epoch, last_seen)

    async def _leave(self, device: str, left: _Left) -> None:
        keys = [USER + left.user, NODES]
        await self._link.run(LOOK, keys, device, left.epoch, "", left.last_seen, USER_SECONDS)

    async def look(
        self, user: str, device: str, epoch: int, *, foreground: bool, last_seen: int = 0
    ) -> None:
        keys, front = [USER + user, NODES], int(foreground)
        try:
            await self._link.run(LOOK, keys, device, epoch, front, last_seen, USER_SECONDS)
        except ChinwagError:
            self._owed_entries = True

    # --- asking ------------------------------------------------------------------------------

    async def where(self, users: Iterable[str]) -> Mapping[str, frozenset[str]]:
        values, live = await self._values(users)
        found: dict[str, set[str]] = {}
        for user, value in values:
            for incarnation in incarnations(value):
                node = live.get(incarnation)
                if node is not None:
                    found.setdefault(node, set()).add(user)
        return {node: frozenset(there) for node, there in found.items()}

    async def devices(self, users: Iterable[str]) -> Mapping[str, str]:
        values, live = await self._values(users)
        return {
            record.device: live[record.incarnation]
            for _, value in values
            for record in records(value)
            if record.incarnation in live
        }

    async def standing(self, users: Iterable[str]) -> Mapping[str, Standing]:
        values, live = await self._values(users)
        dead = self._lease.dead
        found = {}
        for user, value in values:
            fronts = [record.incarnation for record in records(value) if record.foreground]
            seen = last_seen(value)
            if any(incarnation in live for incarnation in fronts):
                found[user] = Standing(online=True, last_seen=seen)
            elif ended := max([seen, *(dead.get(each, 0) for each in fronts)]):
                found[user] = Standing(last_seen=ended)
        return found

    async def nodes(self) -> frozenset[str]:
        return await self._lease.nodes()

    async def _values(
        self, users: Iterable[str]
    ) -> tuple[list[tuple[str, bytes]], Mapping[bytes, str]]:
        """Users and what is known of them, and the live nodes."""
        wanted = list(dict.fromkeys(users))
        if not wanted:
            return [], {}
        keys = [VERSION, *(USER + user for user in wanted)]
        if len(keys) <= _KEYS_AT_ONCE:
            version, *values = await self._link.call("MGET", *keys)
        else:
            version, *values = await self._pages(keys)
        await self._lease.check(version)
        pairs = [pair for pair in zip(wanted, values, strict=True) if pair[1] is not None]
        named = {incarnation for _, value in pairs for incarnation in incarnations(value)}
        if not self._lease.knows(named):
            await self._lease.know(named)
        return pairs, self._lease.live

    async def _pages(self, keys: list[str]) -> list[bytes | None]:
        pages = await asyncio.gather(
            *(
                self._link.call("MGET", *keys[start : start + _KEYS_AT_ONCE])
                for start in range(0, len(keys), _KEYS_AT_ONCE)
            )
        )
        return [value for page in pages for value in page]

    # --- making good -------------------------------------------------------------------------

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _pay(self) -> None:
        """The lease is held: what could not be told so far can be now."""
        if self._owed_leaves:
            self._background(self._leave_at_last())
        if self._owed_entries:
            self._owed_entries = False
            self._lease.enter_all()

    async def _leave_at_last(self) -> None:
        owed, self._owed_leaves = self._owed_leaves, {}
        try:
            await asyncio.gather(*(self._leave(device, left) for device, left in owed.items()))
        except ChinwagError:
            self._owed_leaves = owed | self._owed_leaves

    async def _prolong(self) -> None:
        """Keys of users who are here must not expire, however long nothing changes."""
        while True:
            await asyncio.sleep(USER_SECONDS / 4)
            users = sorted({user for user, _ in self._mine.values()})
            for start in range(0, len(users), _KEYS_AT_ONCE):
                with contextlib.suppress(ChinwagError):
                    await asyncio.gather(
                        *(
                            self._link.call("EXPIRE", USER + user, USER_SECONDS)
                            for user in users[start : start + _KEYS_AT_ONCE]
                        )
                    )
