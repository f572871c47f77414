"""`Lease`: this node's among the live ones, and what is known of the others."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.redis.link import Link
from chinwag.server.adapters.redis.scripts import EPOCH, GIVE_UP, KEEP, NODES, VERSION
from chinwag.server.observe import log

_REMEMBER_MS = 24 * 3600 * 1000
_MARGIN = 0.02
_MOST_UNKNOWN = 10_000
# A node opens its port later than this after it took its lease.
_FRESH_SECONDS = 0.005

Lapsed = Callable[[], Awaitable[None]]
Gone = Callable[[str], None]


class Lease:
    """Kept by renewing it three times in its length, and whenever Redis is back.

    ``live`` and ``dead`` are by incarnation, as it stands in the records: the node's name, and
    when a lease that is over was last renewed (ms).
    """

    def __init__(self, link: Link, node: str, seconds: float) -> None:
        self._link = link
        self._node = node
        self._seconds = seconds
        self._lapsed: Lapsed | None = None
        self._gone: Gone = lambda node: None
        self._renewed: Callable[[], None] = lambda: None
        self._lock = asyncio.Lock()
        self._wake = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._entering: asyncio.Task[None] | None = None
        self._renewed_at = -1e9
        self._looked_at = -1e9
        self._checked_at = -1e9
        self._next = 0.0
        self._version: bytes | None = None
        self._unknown: set[bytes] = set()
        self.incarnation = b""
        self.live: dict[bytes, str] = {}
        self.dead: dict[bytes, int] = {}
        self.lapses = 0

    async def open(self, lapsed: Lapsed, gone: Gone, renewed: Callable[[], None]) -> None:
        """Take it and keep it. If that cannot be now: as soon as it can."""
        self._lapsed, self._gone, self._renewed = lapsed, gone, renewed
        with contextlib.suppress(ChinwagError):
            await self.renew()
        self._link.recovered.append(self._wake.set)
        self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def close(self) -> None:
        """Give it up at once."""
        tasks = [task for task in (self._keeping, self._entering) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self.incarnation:
            with contextlib.suppress(ChinwagError):
                await self._link.run(GIVE_UP, [NODES, VERSION], self.incarnation)
        self.incarnation = b""

    @property
    def held(self) -> bool:
        """Whether it is for certain not over: then others find the sessions here."""
        return time.monotonic() < self._renewed_at + self._seconds

    @property
    def age(self) -> float:
        """Seconds since it was renewed."""
        return time.monotonic() - self._renewed_at if self.incarnation else 0.0

    async def nodes(self) -> frozenset[str]:
        """The live nodes, as of a few milliseconds ago: a node that has sessions is among them.

        Raises:
            ChinwagError: unavailable.
        """
        if time.monotonic() > self._checked_at + _FRESH_SECONDS:
            await self.check(await self._link.call("GET", VERSION))
        return frozenset(self.live.values()) | {self._node}

    async def check(self, version: bytes | None) -> None:
        """What was known of the nodes is as Redis has it if it has this version."""
        if version != self._version or not self.incarnation:
            await self.renew()
        self._checked_at = time.monotonic()

    async def know(self, incarnations: set[bytes]) -> None:
        """See that it is known of these whether they live. What nobody knows is dead."""
        await self.renew()
        if len(self._unknown) > _MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown.update(incarnations - self.live.keys() - self.dead.keys())

    def knows(self, incarnations: set[bytes]) -> bool:
        """Whether it is known of all these if they live."""
        return all(
            each in self.live or each in self.dead or each in self._unknown for each in incarnations
        )

    async def renew(self) -> None:
        """Renew it, or take it anew, and look who else is there.

        Raises:
            ChinwagError: unavailable.
        """
        asked = time.monotonic()
        async with self._lock:
            if self._looked_at > asked:  # somebody did while this one waited
                return
            asked = time.monotonic()
            lease_ms = int(self._seconds * 1000)
            now, version, mine, *rest = await self._link.run(
                KEEP, [NODES, VERSION, EPOCH], self.incarnation, self._node, lease_ms, _REMEMBER_MS
            )
            self._renewed_at, self._looked_at = asked, time.monotonic()
            self._version = version
            taken, self.incarnation = mine != self.incarnation, mine
            self._look(int(now), rest)
        if taken:
            self._taken()
        self._renewed()

    def _look(self, now: int, rest: list[bytes]) -> None:
        before, self.live, self.dead = self.live, {}, {}
        rows = zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True)
        left = self._seconds / 3
        for incarnation, node, renewed, lease in rows:
            if lease == b"0":
                self.dead[incarnation] = int(renewed)
            else:
                self.live[incarnation] = node.decode()
                if incarnation != self.incarnation:
                    left = min(left, (int(renewed) + int(lease) - now) / 1000 + _MARGIN)
        self._next = time.monotonic() + left
        for incarnation in before.keys() - self.live.keys():
            if before[incarnation] != self._node:
                log.info("node.gone", gone=before[incarnation])
                self._gone(before[incarnation])

    def _taken(self) -> None:
        if self._keeping is not None:  # else it is the first one, and there are no sessions yet
            self.lapses += 1
            log.warning("node.lapsed", node=self._node)
            self.enter_all()

    def enter_all(self) -> None:
        """Have the node's sessions entered again."""
        if self._entering is not None:
            self._entering.cancel()
        self._entering = asyncio.get_running_loop().create_task(self._enter_all())

    async def _enter_all(self) -> None:
        assert self._lapsed is not None
        while True:
            try:
                return await self._lapsed()
            except ChinwagError as error:
                log.warning("node.entering_again_failed", reason=error.kind.code)
            except Exception:  # noqa: BLE001 - it may go well the next time
                log.exception("node.entering_again_failed")
            await asyncio.sleep(self._seconds / 3)

    async def _keep(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(_MARGIN, self._next - time.monotonic())):
                    await self._wake.wait()
            self._wake.clear()
            self._next = time.monotonic() + self._seconds / 3
            with contextlib.suppress(ChinwagError):
                await self.renew()
