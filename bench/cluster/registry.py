"""What Redis costs: finding recipients, entering, asking how people stand, signals and limits.

Clients run on the load's core, Redis on that of the engines. Both sides' CPU time is told.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import uvloop

from bench.cluster.meter import Meter, on_cores
from bench.cluster.world import World, running
from bench.results import Figure
from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.meters import RedisMeters
from chinwag.server.adapters.redis.registry import RedisRegistry
from chinwag.server.adapters.redis.signals import RedisSignals
from chinwag.server.ports.meters import Rate
from chinwag.server.ports.registry import Held
from engines.redis import Redis

_USERS = 20_000
_LEASE = 10.0
_SHARE = 0.1
"""Of the time that the measurement may take in all, what each figure gets."""
_AT_ONCE = 200
_SIGNALS = 20_000

Once = Callable[[int], Awaitable[object]]


class _Spent(NamedTuple):
    each: float
    """Seconds, of the clock."""
    client: float
    server: float
    """Of CPU."""


class _Side:
    """One node's end."""

    def __init__(self, url: str, name: str) -> None:
        self.link = Link(url)
        self.registry = RedisRegistry(self.link, name, _LEASE)
        self.signals = RedisSignals(self.link)
        self.meters = RedisMeters(self.link)
        self.heard = 0

    async def open(self) -> None:
        await self.registry.open(_nothing, lambda node: None)
        await self.signals.open(self._hear, lambda: None)

    def _hear(self, topic: str, body: bytes) -> None:
        self.heard += 1

    async def close(self) -> None:
        await self.signals.close()
        await self.registry.close()


async def _nothing() -> None:
    pass


def measure(world: World) -> list[Figure]:
    """Microseconds of what the registry is asked."""
    redis = Redis()
    with on_cores({world.one}), running(redis), on_cores({world.load}):
        world.step("the registry")
        return uvloop.run(_measure(world, redis))


async def _measure(world: World, redis: Redis) -> list[Figure]:
    near, far = _Side(redis.url, "near"), _Side(redis.url, "far")
    await near.open()
    await far.open()
    try:
        return await _Measuring(world, redis, near, far).figures()
    finally:
        await near.close()
        await far.close()


class _Measuring:
    def __init__(self, world: World, redis: Redis, near: _Side, far: _Side) -> None:
        self._seconds = world.seconds * _SHARE
        self._cores = {world.one}
        self._redis = redis
        self._near = near
        self._far = far
        self._users = [f"01a203b8-dd56-7568-ab16-{n:012}" for n in range(_USERS)]

    async def figures(self) -> list[Figure]:
        registry = self._near.registry
        await self._far.registry.enter_again([Held(f"of-{u}", u, 7) for u in self._users])
        found = []
        for count in (1, 2, 100, 1_000):
            groups = [self._users[n : n + count] for n in range(0, _USERS, count)]

            async def where(turn: int, groups: list[list[str]] = groups) -> object:
                return await registry.where(groups[turn % len(groups)])

            found.append(self._figure(f"where, {count} users", await self._one(where), count))
        found.append(self._figure("where, 2 users, 200 ask", await self._many(self._pair), 2))
        found.append(self._figure("enter, 200 at once", await self._many(self._enter)))
        found.append(self._figure("standing, 50 users", await self._one(self._stands), 50))
        found.append(self._figure("a shared limit, 200 at once", await self._many(self._take)))
        found.append(await self._signalled())
        return found

    async def _pair(self, turn: int) -> object:
        start = 2 * turn % _USERS
        return await self._near.registry.where(self._users[start : start + 2])

    async def _enter(self, turn: int) -> object:
        user = self._users[turn % _USERS]
        return await self._near.registry.enter(user, f"{user}-tablet")

    async def _stands(self, turn: int) -> object:
        start = 50 * turn % _USERS
        return await self._near.registry.standing(self._users[start : start + 50])

    async def _take(self, turn: int) -> object:
        return await self._near.meters.wait("tries", self._users[turn % _USERS], Rate(1_000, 0.01))

    async def _signalled(self) -> Figure:
        """From one node to another's sessions, 20 k of them said in one go."""
        for user in self._users[:1_000]:
            self._far.signals.listen(f"presence:{user}")
        while not self._far.heard:
            self._near.signals.publish(f"presence:{self._users[999]}", b"")
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        self._far.heard = 0

        async def all_of_them() -> int:
            for n in range(_SIGNALS):
                self._near.signals.publish(f"presence:{self._users[n % 1_000]}", b"")
            while self._far.heard < _SIGNALS:  # noqa: ASYNC110 - as soon as it is so
                await asyncio.sleep(0.001)
            return _SIGNALS

        return self._figure("a signal, said and heard", await self._spent(all_of_them))

    async def _one(self, once: Once) -> _Spent:
        async def work() -> int:
            turns, until = 0, time.perf_counter() + self._seconds
            while time.perf_counter() < until:
                await once(turns)
                turns += 1
            return turns

        return await self._spent(work)

    async def _many(self, once: Once) -> _Spent:
        async def work() -> int:
            turns, until = 0, time.perf_counter() + self._seconds
            while time.perf_counter() < until:
                await asyncio.gather(*(once(turns + n) for n in range(_AT_ONCE)))
                turns += _AT_ONCE
            return turns

        return await self._spent(work)

    async def _spent(self, work: Callable[[], Awaitable[int]]) -> _Spent:
        meter = Meter({"redis": [self._redis]}, self._cores)
        cpu, began = time.process_time(), time.perf_counter()
        turns = await work()
        clock, client = time.perf_counter() - began, time.process_time() - cpu
        return _Spent(clock / turns, client / turns, meter.end().cpu["redis"] / turns)

    def _figure(self, name: str, spent: _Spent, keys: int = 1) -> Figure:
        notes: dict[str, str | float] = {
            "client µs": spent.client * 1e6,
            "Redis µs": spent.server * 1e6,
        }
        if keys > 1:
            notes["client µs a user"] = spent.client * 1e6 / keys
            notes["Redis µs a user"] = spent.server * 1e6 / keys
        return Figure("registry", name, spent.each * 1e6, "µs", better="less", notes=notes)
