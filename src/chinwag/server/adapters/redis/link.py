"""`Link`: one connection to Redis for all that this node asks of it.

Commands collect while others are under way and go out together, as one pipeline: a node asks much
at once and little one by one. When Redis does not answer in time, all that waits fails, and so does
what comes after, at once; a single attempt at a time is made to reach it again. So its death costs
one time-out, not one a commit.
"""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable, Sequence
from hashlib import sha1
from typing import Any, ClassVar, NamedTuple

from hiredis import pack_command
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import NoScriptError, ReadOnlyError, RedisError, ResponseError

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.observe import log

_MOST = 50_000
_AT_ONCE = 500
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0

Word = str | bytes | int | float


class Script:
    """A Lua script, called by its digest. It is loaded with every new connection, so that commands
    stay in order.
    """

    known: ClassVar[list["Script"]] = []

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = sha1(source.encode()).hexdigest()  # noqa: S324 - Redis names them so
        self.known.append(self)


class _Command(NamedTuple):
    words: tuple[Word, ...]
    answer: asyncio.Future[Any] | None


class Link:
    """Asks Redis. ``url``: ``redis://``, ``rediss://`` (TLS) or ``unix://``, with user, password
    and database. A single primary, perhaps with replicas behind the same address; not a cluster of
    hash slots: the scripts touch keys that would lie in several.
    """

    def __init__(self, url: str, *, timeout: float = 1.0) -> None:
        self._pool = ConnectionPool.from_url(
            url,
            protocol=2,  # all that is needed, and old servers speak it
            socket_timeout=None,  # the time-outs are here, around whole batches
            socket_connect_timeout=timeout,
            driver_info=None,
        )
        self.timeout = timeout
        self._connection: AbstractConnection | None = None
        self._waiting: deque[_Command] = deque()
        self._pump: asyncio.Task[None] | None = None
        self._healing: asyncio.Task[None] | None = None
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
        except ResponseError as error:
            raise self._refused(error) from error

    async def run(self, script: Script, keys: Sequence[str], *args: Word) -> Any:
        """The answer of a script. Raises as `call` does."""
        rest = (len(keys), *keys, *args)
        try:
            return await self._ask(("EVALSHA", script.digest, *rest))
        except NoScriptError:
            return await self.call("EVAL", script.source, *rest)
        except ResponseError as error:
            raise self._refused(error) from error

    def post(self, *words: Word) -> bool:
        """Send a command whose answer nobody wants; False: there is no way, or no room."""
        if not self.up or len(self._waiting) >= _MOST:
            return False
        self._enqueue(_Command(words, None))
        return True

    async def _ask(self, words: tuple[Word, ...]) -> Any:
        if not self.up or len(self._waiting) >= _MOST:
            self.failures += 1
            raise ChinwagError(errors.UNAVAILABLE)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._enqueue(_Command(words, answer))
        return await answer

    def _enqueue(self, command: _Command) -> None:
        self.calls += 1
        self._waiting.append(command)
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._carry())

    def _refused(self, error: ResponseError) -> ChinwagError:
        self.failures += 1
        log.error("redis.refused", reason=str(error))
        return ChinwagError(errors.UNAVAILABLE)

    # --- the connection ----------------------------------------------------------------------

    def dial(self) -> AbstractConnection:
        """Another connection to the same server, not yet connected."""
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        return connection

    async def _carry(self) -> None:
        while self._waiting:
            size = min(_AT_ONCE, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(size)]
            try:
                answers = await self._exchange([command.words for command in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody must wait for ever
                self._break(batch, error)
                break
            for command, answer in zip(batch, answers, strict=True):
                _settle(command, answer)
            replica = next((each for each in answers if isinstance(each, ReadOnlyError)), None)
            if replica is not None:  # whoever took over is found by connecting anew
                await self._disconnect()
                self._break([], replica)
        self._pump = None

    async def _exchange(self, commands: list[tuple[Word, ...]]) -> list[Any]:
        """Send these, and read as many answers; or disconnect."""
        try:
            async with asyncio.timeout(self.timeout):
                connection = self._connection
                if connection is None:
                    connection = self._connection = self.dial()
                    await connection.connect()  # type: ignore[no-untyped-call]
                    loads = [("SCRIPT", "LOAD", script.source) for script in Script.known]
                    await _send(connection, loads)
                return await _send(connection, commands)
        except BaseException:
            await self._disconnect()
            raise

    async def _disconnect(self, *, wait: bool = False) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await hang_up(connection, wait=wait)

    def _break(self, batch: Sequence[_Command], error: Exception) -> None:
        self.breaks += 1
        log.warning("redis.away", reason=f"{type(error).__name__}: {error}")
        self._healing = asyncio.get_running_loop().create_task(self._heal())
        self._fail(batch)

    def _fail(self, batch: Sequence[_Command] = ()) -> None:
        waiting, self._waiting = self._waiting, deque()
        for command in (*batch, *waiting):
            self.failures += 1
            _settle(command, ChinwagError(errors.UNAVAILABLE))

    async def _heal(self) -> None:
        """Try to reach it until that goes."""
        pause = _FIRST_PAUSE
        while True:
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - no secret
            pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                answer = (await self._exchange([("PING",)]))[0]
            except (OSError, RedisError, TimeoutError):
                continue
            if answer == b"PONG":
                break
            await self._disconnect()
        log.info("redis.back")
        self._healing = None
        for call in self.recovered:
            call()

    async def close(self) -> None:
        """Fail all that waits, and hang up."""
        self._closed = True
        tasks = [task for task in (self._pump, self._healing) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._fail()
        await self._disconnect(wait=True)

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        return {
            "redis_up": float(self.up),
            "redis_calls_total": self.calls,
            "redis_failures_total": self.failures,
            "redis_breaks_total": self.breaks,
        }


async def hang_up(connection: AbstractConnection, *, wait: bool) -> None:
    """Close a connection; ``wait``, a moment, until it is closed."""
    with contextlib.suppress(OSError, RedisError):
        await connection.disconnect(nowait=not wait)


async def _send(connection: AbstractConnection, commands: Sequence[tuple[Word, ...]]) -> list[Any]:
    packed = b"".join([pack_command(words) for words in commands])  # type: ignore[arg-type]
    await connection.send_packed_command(packed, check_health=False)
    return [await _answer(connection) for _ in commands]


async def _answer(connection: AbstractConnection) -> Any:
    try:
        return await connection.read_response(disable_decoding=True)
    except ResponseError as error:
        return error


def _settle(command: _Command, answer: Any) -> None:
    future = command.answer
    if future is None or future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
