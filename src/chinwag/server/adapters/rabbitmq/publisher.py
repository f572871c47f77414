"""`Publisher`: sends messages, many on their way at once, and waits until the broker has confirmed
them; never longer than a few seconds, and not at all when the broker is away or takes nothing.
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

from aiormq import Channel, spec
from aiormq.abc import AbstractConnection
from aiormq.exceptions import DeliveryError

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.rabbitmq.link import LOST, uncancelled

_CONFIRM_SECONDS = 5.0
_MOST, _MOST_BYTES = 2_000, 64 * 2**20
_RETRY_AFTER_MS = 1_000


class Letter(NamedTuple):
    """A message, and where it goes. ``kept``: it survives a restart of the broker."""

    exchange: str
    key: str
    body: bytes
    kept: bool = False


class Publisher:
    """Over a connection of its own: one that publishes is not read from during an alarm, and then
    would not get its acknowledgements through either. ``stuck`` is told when the broker confirms
    nothing, though it has not said that it would not.
    """

    def __init__(self, stuck: Callable[[str], None]) -> None:
        self._stuck = stuck
        self._connection: AbstractConnection | None = None
        self._channel: Channel | None = None
        self._ids = itertools.count(1)
        self._bytes = 0
        self.unconfirmed = self.confirmed = self.refused = self.lost = 0
        self.blocked = False

    def use(self, connection: AbstractConnection, channel: Channel) -> None:
        """From now on."""
        self._connection, self._channel = connection, channel

    def lose(self) -> None:
        """The connection is gone."""
        self._connection = self._channel = None
        self.blocked = False

    async def is_blocked(self) -> bool:
        """Whether the broker takes nothing at the moment: short of disk or memory."""
        if self._connection is None:
            return False
        try:
            async with asyncio.timeout(0):
                await self._connection.ready()  # at once, or after the alarm
        except TimeoutError:
            self.blocked = True
        else:
            self.blocked = False
        return self.blocked

    async def send(self, letters: Sequence[Letter]) -> None:
        """Have the broker confirm all of them. They leave in the order in which they are given,
        here and in calls of this that are under way.

        Raises:
            ChinwagError: unavailable, busy. Some may have been taken nevertheless.
        """
        size = sum(len(letter.body) for letter in letters)
        if self._channel is None or await self.is_blocked():
            raise self._error(errors.UNAVAILABLE)
        if self._channel is None:
            raise self._error(errors.UNAVAILABLE)
        if self.unconfirmed and (
            self.unconfirmed + len(letters) > _MOST or self._bytes + size > _MOST_BYTES
        ):
            raise self._error(errors.BUSY)
        self.unconfirmed += len(letters)
        self._bytes += size
        try:
            await self._confirmed(self._channel, letters)
        finally:
            self.unconfirmed -= len(letters)
            self._bytes -= size
        self.confirmed += len(letters)

    async def _confirmed(self, channel: Channel, letters: Sequence[Letter]) -> None:
        # A task for each, a single one too: what is begun in order leaves in order.
        results = await asyncio.gather(*[self._one(channel, letter) for letter in letters])
        failed = [result for result in results if result is not None]
        if not failed:
            return
        if all(isinstance(error, DeliveryError) for error in failed):
            self.refused += len(failed)
            raise self._error(errors.BUSY)
        self.lost += len(failed)
        if any(isinstance(error, TimeoutError) for error in failed) and not await self.is_blocked():
            self._stuck("nothing was confirmed in time")
        raise self._error(errors.UNAVAILABLE)

    async def _one(self, channel: Channel, letter: Letter) -> BaseException | None:
        properties = spec.Basic.Properties(
            delivery_mode=2 if letter.kept else 1, message_id=str(next(self._ids))
        )
        try:
            with uncancelled():
                await channel.basic_publish(
                    letter.body,
                    exchange=letter.exchange,
                    routing_key=letter.key,
                    properties=properties,
                    timeout=_CONFIRM_SECONDS,
                    wait=False,  # for room in the buffer: what is unconfirmed is bounded anyway
                )
        except (*LOST, DeliveryError) as error:
            return error
        return None

    def _error(self, kind: errors.Kind) -> ChinwagError:
        return ChinwagError(kind, retry_after=_RETRY_AFTER_MS)
