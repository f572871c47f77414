"""`Link`: one connection to Redis for all that this node asks of it.

When Redis does not answer in time, all that waits fails, and so does what comes after, at once; a
single attempt at a time is made to reach it again. So its death costs one time-out, not one a
commit.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import Any, ClassVar

from redis.asyncio.connection import AbstractConnection, ConnectionPool

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.redis.wire import Answer, Refused, Wire, Word, dial
from chinwag.server.observe import log

_MOST = 50_000
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class Script:
    """A Lua script, called by its digest. It is loaded with every new connection, so that commands
    stay in order.
    """

    known: ClassVar[list["Script"]] = []

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = sha1(source.encode()).hexdigest()  # noqa: S324 - Redis names them so
        self.known.append(self)


class Link:
    """Asks Redis (5 or later) or Valkey. ``url``: ``redis://``, ``rediss://`` (TLS) or ``unix://``,
    with user, password and database. A single primary, perhaps with replicas behind the same
    address; not a cluster of hash slots: the scripts touch keys that would lie in several.
    """

    def __init__(self, url: str, *, timeout: float = 1.0) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            protocol=2,  # all that is needed, and old servers speak it
            socket_timeout=None,
            socket_connect_timeout=timeout,
            driver_info=None,
        )
        self.timeout = timeout
        self._wire: Wire | None = None
        self._connecting = asyncio.Lock()
        self._healing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self.recovered: list[Callable[[], None]] = []
        """Called when Redis can be reached again."""
        self.calls = self.failures = self.breaks = 0

    @property
    def up(self) -> bool:
        """Whether asking makes sense."""
        return self._healing is None and not self._closed

    # --- asking ------------------------------------------------------------------------------

    async def call(self, *words: Word) -> Any:
        """The answer to one command.

        Raises:
            ChinwagError: unavailable, soon.
        """
        try:
            return await self._ask(words)
        except Refused as error:
            raise self._complain(error) from error

    async def run(self, script: Script, keys: Sequence[str], *args: Word) -> Any:
        """The answer of a script. Raises as `call` does."""
        rest = (len(keys), *keys, *args)
        try:
            return await self._ask(("EVALSHA", script.digest, *rest))
        except Refused as error:
            if error.code != "NOSCRIPT":
                raise self._complain(error) from error
        return await self.call("EVAL", script.source, *rest)

    def post(self, *words: Word) -> bool:
        """Send a command whose answer nobody wants; False: there is no way, or no room."""
        if self._wire is None or len(self._wire) >= _MOST:
            return False
        self._send(self._wire, words, None)
        return True

    async def _ask(self, words: tuple[Word, ...]) -> Any:
        wire = self._wire or await self._first()
        if wire is None or len(wire) >= _MOST:
            self.failures += 1
            raise ChinwagError(errors.UNAVAILABLE)
        answer: Answer = asyncio.get_running_loop().create_future()
        self._send(wire, words, answer)
        return await answer

    def _send(self, wire: Wire, words: tuple[Word, ...], answer: Answer | None) -> None:
        self.calls += 1
        wire.ask(words, answer)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self.timeout, self._check)

    def _check(self) -> None:
        """Answers that came while the loop was busy have been handed out before this is called."""
        self._timer = None
        wire, loop = self._wire, asyncio.get_running_loop()
        if wire is None or not len(wire):
            return
        left = wire.oldest() + self.timeout - loop.time()
        if left > 0:
            self._timer = loop.call_later(left, self._check)
        else:
            self._lost(wire, TimeoutError("no answer in time"))

    def _complain(self, error: Refused) -> ChinwagError:
        self.failures += 1
        log.error("redis.refused", reason=str(error))
        return ChinwagError(errors.UNAVAILABLE)

    # --- the connection ----------------------------------------------------------------------

    def connection(self) -> AbstractConnection:
        """Another connection to the same server, not yet connected."""
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        return connection

    async def _first(self) -> Wire | None:
        """The wire, made when it is first needed."""
        async with self._connecting:
            if self._wire is None and self.up:
                try:
                    await self._connect()
                except (OSError, Refused) as error:
                    self._break(error)
            return self._wire

    async def _connect(self) -> None:
        async with asyncio.timeout(self.timeout):
            wire = await dial(self.connection(), self._lost)
            try:
                loads = []
                for script in Script.known:
                    loads.append(asyncio.get_running_loop().create_future())
                    wire.ask(("SCRIPT", "LOAD", script.source), loads[-1])
                await asyncio.gather(*loads)
            except BaseException:
                wire.fail(ConnectionError("given up"))
                raise
        self._wire = wire

    def _lost(self, wire: Wire, error: Exception) -> None:
        if wire is self._wire:
            self._wire = None
            if not self._closed:
                self._break(error)
        self.failures += len(wire)
        wire.fail(ChinwagError(errors.UNAVAILABLE))

    def _break(self, error: Exception) -> None:
        self.breaks += 1
        log.warning("redis.away", reason=f"{type(error).__name__}: {error}")
        self._healing = asyncio.get_running_loop().create_task(self._heal())

    async def _heal(self) -> None:
        """Try to reach it until that goes."""
        pause = _FIRST_PAUSE
        while True:
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                await self._connect()
            except (OSError, Refused, ChinwagError):
                continue
            break
        log.info("redis.back")
        self._healing = None
        for call in self.recovered:
            call()

    async def close(self) -> None:
        """Fail all that waits, and hang up."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._healing is not None:
            self._healing.cancel()
            await asyncio.gather(self._healing, return_exceptions=True)
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.fail(ChinwagError(errors.UNAVAILABLE))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wire.closed(), self.timeout)

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {
            "redis_up": float(self.up),
            "redis_calls_total": self.calls,
            "redis_failures_total": self.failures,
            "redis_breaks_total": self.breaks,
        }
