"""`Courier`: tells the other nodes what was committed here, and brings them what is for sessions
there: one look into the registry and one parcel a node for all that collected meanwhile. Parcels
leave in order, without waiting until the broker has confirmed those before.

What cannot be told stays in the store's outbox and is told later, by this node or another (see
`services.relay`); what does not stand there can be lost, and a client's next sync makes it good.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery import parcels
from chinwag.server.delivery.parcels import Closing, Parcel, Push, Touched
from chinwag.server.observe import SECONDS, Histogram, log
from chinwag.server.ports.broker import Broker
from chinwag.server.ports.registry import Registry
from chinwag.server.ports.store import Batch, Outcome, Store

# Of larger chats every node is told: some member is there anyway, or nearly.
LARGE = 256
_MOST_ENTRIES = 20_000
_MOST_PUSHES = 20_000
_TURN = 2_000
_UNCONFIRMED = 64
_WARN_SECONDS = 10.0


class _News(NamedTuple):
    """A commit, and by chat whose sessions it concerns; None: of too many to ask for."""

    batch: Batch
    audiences: Mapping[str, Sequence[str] | None]
    since: float


class Courier:
    """From this node to the others."""

    def __init__(self, node: str, store: Store, registry: Registry, broker: Broker) -> None:
        self._node = node
        self._store = store
        self._registry = registry
        self._broker = broker
        self._news: list[_News] = []
        self._entries = 0
        self._pushes: list[Push] = []
        self._closings: dict[str, list[Closing]] = {}
        self._wake = asyncio.Event()
        self._warned = 0.0
        self._nodes: frozenset[str] = frozenset()
        self._room = asyncio.Semaphore(_UNCONFIRMED)
        self._leaving: set[asyncio.Task[None]] = set()
        self._took = Histogram(SECONDS)
        self.sent = self.failed = self.dropped = 0

    # --- in ----------------------------------------------------------------------------------

    def committed(self, batch: Batch, audiences: Mapping[str, Sequence[str] | None]) -> None:
        """Tell of a commit those nodes that have sessions of each chat's audience. When too much
        waits already it is left to the outbox.
        """
        weight = len(batch.entries) + len(batch.marks)
        if self._entries + weight > _MOST_ENTRIES:
            self.dropped += 1
            return
        self._entries += weight
        self._news.append(_News(batch, audiences, time.monotonic()))
        self._wake.set()

    def push(self, users: Iterable[str], frame: bytes, besides: str = "") -> None:
        """Bring a ready frame to the users' sessions on other nodes."""
        if len(self._pushes) >= _MOST_PUSHES:
            self.dropped += 1
            return
        self._pushes.append(Push(tuple(users), frame, besides))
        self._wake.set()

    def close(self, node: str, device: str, epoch: int, code: int) -> None:
        """Have a node close the device's session that is older than ``epoch``."""
        self._closings.setdefault(node, []).append(Closing(device, epoch, code))
        self._wake.set()

    async def tell_all(self, touched: Sequence[Touched]) -> None:
        """Tell every node, this one among them, that something happened in these chats.

        Raises:
            ChinwagError: unavailable.
        """
        nodes = self._nodes | {self._node}
        with contextlib.suppress(ChinwagError):
            nodes |= await self._registry.nodes()
        parcel = parcels.encode(Parcel(parcels.FORMAT, self._node, touched=list(touched)))
        await self._broker.publish([(node, parcel) for node in nodes])

    # --- out ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Carry, for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._news or self._pushes or self._closings:
                await self._turn()

    async def drain(self) -> None:
        """Carry all that waits, once, and see that it has left."""
        if self._news or self._pushes or self._closings:
            await self._turn()
        await asyncio.gather(*self._leaving)

    async def _turn(self) -> None:
        await self._room.acquire()
        news, self._news = self._some()
        pushes, self._pushes = self._pushes, []
        closings, self._closings = self._closings, {}
        try:
            packed = await self._packed(news, pushes, closings)
        except Exception:  # noqa: BLE001 - the next turn may go well, and the outbox has it
            log.exception("courier.failed")
            self.failed += 1
            self._room.release()
            return
        leaving = asyncio.get_running_loop().create_task(self._leave(packed, news))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._leaving.discard(task)
        self._room.release()

    async def _leave(self, packed: list[tuple[str, bytes]], news: list[_News]) -> None:
        """Hand parcels to the broker, and note once it has them that all have been told."""
        try:
            if packed:
                await self._broker.publish(packed)
                self.sent += len(packed)
        except ChinwagError as error:
            self._complain(error.kind.code)
        except Exception:  # noqa: BLE001 - the outbox has it
            log.exception("courier.failed")
            self.failed += 1
        else:
            self._store.told([each.batch.receipt for each in news if each.batch.receipt])
            now = time.monotonic()
            for each in news:
                self._took.add(now - each.since)

    def _some(self) -> tuple[list[_News], list[_News]]:
        """What goes now, and the rest: a parcel has its size."""
        weight = 0
        for n, each in enumerate(self._news):
            weight += len(each.batch.entries) + len(each.batch.marks)
            if weight >= _TURN:
                self._entries -= weight
                return self._news[: n + 1], self._news[n + 1 :]
        self._entries -= weight
        return self._news, []

    def _complain(self, reason: str) -> None:
        self.failed += 1
        if time.monotonic() - self._warned > _WARN_SECONDS:
            self._warned = time.monotonic()
            log.warning("courier.postponed", reason=reason)

    async def _packed(
        self, news: list[_News], pushes: list[Push], closings: dict[str, list[Closing]]
    ) -> list[tuple[str, bytes]]:
        """The parcels, each with its node."""
        users: set[str] = set()
        for each in news:
            for audience in each.audiences.values():
                if audience is not None:
                    users.update(audience)
        for push in pushes:
            users.update(push.users)
        places = await self._places(users)
        out: dict[str, Parcel] = {}
        for each in news:
            self._pack_news(each, places, out)
        for push in pushes:
            for node in places.of(push.users):
                self._parcel(out, node).pushes.append(push)
        for node, those in closings.items():
            self._parcel(out, node).closings.extend(those)
        return [(node, parcels.encode(parcel)) for node, parcel in out.items()]

    def _pack_news(self, news: _News, places: "_Places", out: dict[str, Parcel]) -> None:
        nodes = {chat: places.of(users) for chat, users in news.audiences.items()}
        for entry in news.batch.entries:
            if entry.outcome is Outcome.APPENDED and (there := nodes.get(entry.chat)):
                raw = parcels.of_entry(entry)
                for node in there:
                    self._parcel(out, node).entries.append(raw)
        for mark in news.batch.marks:
            if there := nodes.get(mark.chat):
                raw = parcels.of_mark(mark)
                for node in there:
                    self._parcel(out, node).marks.append(raw)

    def _parcel(self, out: dict[str, Parcel], node: str) -> Parcel:
        if node not in out:
            out[node] = Parcel(parcels.FORMAT, self._node, [], [], [], [], [])
        return out[node]

    async def _places(self, users: set[str]) -> "_Places":
        """Where these users are. While the registry cannot say, everybody may be anywhere."""
        try:
            where = await self._registry.where(users) if users else {}
            self._nodes = (await self._registry.nodes()) - {self._node}
            return _Places(self._nodes, where)
        except ChinwagError:
            return _Places(self._nodes, None)

    def gauges(self) -> dict[str, float | Histogram]:
        """Figures for the metrics page."""
        return {
            "parcels_sent_total": self.sent,
            "parcels_failed_total": self.failed,
            "parcels_dropped_total": self.dropped,
            "parcels_waiting_entries": self._entries,
            "parcels_seconds": self._took,
        }


class _Places:
    """Which other nodes have sessions of somebody. ``where``: node -> users, None if unknown."""

    def __init__(self, others: frozenset[str], where: Mapping[str, frozenset[str]] | None) -> None:
        self._others = others
        self._where = where
        self._nodes: dict[str, tuple[str, ...]] = {}
        for node, users in (where or {}).items():
            if node in others:
                for user in users:
                    self._nodes[user] = (*self._nodes.get(user, ()), node)

    def of(self, users: Sequence[str] | None) -> Iterable[str]:
        if users is None or self._where is None:
            return self._others
        found: set[str] = set()
        for user in users:
            found.update(self._nodes.get(user, ()))
        return found
