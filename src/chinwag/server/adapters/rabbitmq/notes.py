"""`Notes`: messages about jobs. Each says which attempt of which job is due; the job itself stands
in the table. One that is lost is written again, and one too many finds nothing to do.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec
from aiormq.abc import AbstractChannel
from msgspec import Struct

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.rabbitmq import topology
from chinwag.server.adapters.rabbitmq.link import LOST, uncancelled
from chinwag.server.adapters.rabbitmq.publisher import Letter, Publisher
from chinwag.server.observe import log

_DECLARE_SECONDS = 5.0
_AT_ONCE = 500


class Body(Struct, array_like=True):
    """What is in a message. ``node``: for that one only."""

    id: str
    kind: str
    attempts: int
    node: str = ""


class Due(NamedTuple):
    """A message to be sent, and in how many ms the job is due."""

    body: Body
    wait: int = 0


_encode = msgspec.msgpack.Encoder().encode
decode: Callable[[bytes], Body] = msgspec.msgpack.Decoder(Body).decode


class Notes:
    """From this node to the queues of jobs."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._channel: AbstractChannel | None = None
        self._declared: set[str] = set()
        self._declaring = asyncio.Lock()
        self.unsent = 0

    def use(self, channel: AbstractChannel) -> None:
        """Declare by this channel what is missing, from now on."""
        self._channel = channel
        self._declared.clear()

    def lose(self) -> None:
        """The connection is gone."""
        self._channel = None

    async def send(self, notes: Sequence[Due]) -> None:
        """Send what can be sent. The rest, were it all, is written again by `Sweeper`."""
        for start in range(0, len(notes), _AT_ONCE):
            part = notes[start : start + _AT_ONCE]
            try:
                letters = [self._letter(note) for note in part]
                await self._declare(part)
                await self._publisher.send(letters)
            except (ChinwagError, *LOST) as error:
                self.unsent += len(notes) - start
                log.debug("rabbitmq.notes_unsent", notes=len(notes) - start, error=str(error))
                return

    def _letter(self, note: Due) -> Letter:
        exchange = topology.JOBS
        if note.wait > 0:
            exchange = topology.pause_exchange(topology.pause(note.wait))
        key = topology.for_node(note.body.node) if note.body.node else note.body.kind
        return Letter(exchange, key, _encode(note.body), kept=True)

    async def depths(self, kinds: Iterable[str]) -> dict[str, int]:
        """How many messages wait for each kind."""
        kinds = set(kinds)
        await self._declare([Due(Body("", kind, 0)) for kind in kinds])
        async with asyncio.timeout(_DECLARE_SECONDS):
            with uncancelled():
                return {
                    kind: await topology.depth(self._open(), topology.work_queue(kind))
                    for kind in kinds
                }

    async def _declare(self, notes: Sequence[Due]) -> None:
        """Make what these need to go to, once a connection."""
        kinds = {note.body.kind for note in notes if not note.body.node}
        pauses = {topology.pause(note.wait) for note in notes if note.wait > 0}
        if kinds | {topology.pause_exchange(ms) for ms in pauses} <= self._declared:
            return
        if await self._publisher.is_blocked():
            raise BlockingIOError("blocked")
        async with asyncio.timeout(_DECLARE_SECONDS), self._declaring:
            with uncancelled():
                for kind in kinds - self._declared:
                    await topology.declare_kind(self._open(), kind)
                    self._declared.add(kind)
                for ms in pauses:
                    if topology.pause_exchange(ms) not in self._declared:
                        await topology.declare_pause(self._open(), ms)
                        self._declared.add(topology.pause_exchange(ms))

    def _open(self) -> AbstractChannel:
        if self._channel is None:
            raise ConnectionResetError("not connected")
        return self._channel
