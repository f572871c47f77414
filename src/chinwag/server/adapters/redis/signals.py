"""`RedisSignals`: publish and subscribe. What is said goes over the common link, what is heard
comes over a connection of its own.
"""

import asyncio
import contextlib
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable

from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

from chinwag.server.adapters.redis.link import Link
from chinwag.server.observe import log
from chinwag.server.ports.signals import Hear

_CHANNEL = b"chinwag:signal:"
_MARK = 8
_PING_SECONDS = 2.0
_SILENT_SECONDS = 5.0
_TOPICS_AT_ONCE = 1_000
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class RedisSignals:
    """Signals of several nodes. Each begins with its sender's mark: nobody hears themselves."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._mark = secrets.token_bytes(_MARK)
        self._wanted: Counter[bytes] = Counter()
        self._subscribed: set[bytes] = set()
        self._changed = asyncio.Event()
        self._hear: Hear = lambda topic, body: None
        self._back: Callable[[], None] = lambda: None
        self._listening: asyncio.Task[None] | None = None
        self._heard_at = 0.0
        self.published = self.dropped = self.heard = 0

    async def open(self, hear: Hear, back: Callable[[], None]) -> None:
        self._hear, self._back = hear, back
        # Others may have had no way to publish, either.
        self._link.recovered.append(back)
        self._listening = asyncio.get_running_loop().create_task(self._listen())

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    def publish(self, topic: str, body: bytes) -> None:
        if self._link.post("PUBLISH", _CHANNEL + topic.encode(), self._mark + body):
            self.published += 1
        else:
            self.dropped += 1

    def listen(self, topic: str) -> None:
        channel = _CHANNEL + topic.encode()
        self._wanted[channel] += 1
        if self._wanted[channel] == 1:
            self._changed.set()

    def unlisten(self, topic: str) -> None:
        channel = _CHANNEL + topic.encode()
        self._wanted[channel] -= 1
        if self._wanted[channel] <= 0:
            del self._wanted[channel]
            self._changed.set()

    def gauges(self) -> dict[str, float]:
        return {
            "signals_published_total": self.published,
            "signals_dropped_total": self.dropped,
            "signals_heard_total": self.heard,
            "signals_topics": len(self._wanted),
        }

    # --- hearing -----------------------------------------------------------------------------

    async def _listen(self) -> None:
        """Stay subscribed, for ever."""
        pause, first = _FIRST_PAUSE, True
        while True:
            connection = self._link.connection()
            try:
                async with asyncio.timeout(self._link.timeout):
                    await connection.connect()  # type: ignore[no-untyped-call]
                self._subscribed = set()
                await self._follow(connection)
                if not first:
                    self._back()
                pause, first = _FIRST_PAUSE, False
                await self._both(connection)
            except (OSError, RedisError, TimeoutError) as error:
                if pause == _FIRST_PAUSE:  # said once, not of every attempt to come back
                    log.info("signals.away", reason=f"{type(error).__name__}: {error}")
            finally:
                with contextlib.suppress(OSError, RedisError):
                    await connection.disconnect()
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _both(self, connection: AbstractConnection) -> None:
        """Hear and say what to hear, until one of them fails."""
        tasks = [
            asyncio.ensure_future(self._read(connection)),
            asyncio.ensure_future(self._write(connection)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, connection: AbstractConnection) -> None:
        skip = len(_CHANNEL)
        while True:
            answer = await connection.read_response(disable_decoding=True)
            self._heard_at = time.monotonic()
            if not isinstance(answer, list) or answer[0] != b"message":
                continue
            _, channel, body = answer
            if not body.startswith(self._mark):
                self.heard += 1
                try:
                    self._hear(channel[skip:].decode(), body[_MARK:])
                except Exception:  # noqa: BLE001 - the next one may be better
                    log.exception("signals.unheard")

    async def _write(self, connection: AbstractConnection) -> None:
        """Follow what is wanted; ask for a sign of life when there is nothing else."""
        self._heard_at = time.monotonic()
        while True:
            try:
                async with asyncio.timeout(_PING_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                if time.monotonic() > self._heard_at + _SILENT_SECONDS:
                    raise TimeoutError("no sign of life") from None
                await self._tell(connection, "PING", ())
            else:
                await self._follow(connection)

    async def _follow(self, connection: AbstractConnection) -> None:
        self._changed.clear()
        wanted = self._wanted.keys()
        new, old = wanted - self._subscribed, self._subscribed - wanted
        self._subscribed = set(wanted)
        for word, channels in (("SUBSCRIBE", list(new)), ("UNSUBSCRIBE", list(old))):
            for start in range(0, len(channels), _TOPICS_AT_ONCE):
                await self._tell(connection, word, channels[start : start + _TOPICS_AT_ONCE])

    async def _tell(
        self, connection: AbstractConnection, word: str, channels: Iterable[bytes]
    ) -> None:
        async with asyncio.timeout(self._link.timeout):
            await connection.send_command(word, *channels, check_health=False)
