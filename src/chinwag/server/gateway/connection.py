"""`Connection`: what stands behind one client's socket: frames in, commands out, answers back.

Commands that are frequent and need no waiting (sends, receipts, typing, heartbeats) are done
right here, in the call that brought the frame. All others run one after another in a single task
a connection, which exists only while there are any; what arrives meanwhile waits in order, and
when too much waits, nothing more is read.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from chinwag.protocol import commands, errors, pushes, results
from chinwag.protocol.closing import Close
from chinwag.protocol.errors import ChinwagError, Failure
from chinwag.protocol.frames import BadRequest, Request, decode_request
from chinwag.protocol.version import FEATURES, PROTOCOL
from chinwag.server.clock import now_ms
from chinwag.server.delivery.alerts import Alerts
from chinwag.server.framing import frame_text
from chinwag.server.gateway.pace import Budgets, Pace, spend
from chinwag.server.gateway.socket import Socket
from chinwag.server.observe import log
from chinwag.server.services.attaching import Attaching
from chinwag.server.services.chats import Chats
from chinwag.server.services.devices import Devices, Identity
from chinwag.server.services.limits import Bucket
from chinwag.server.services.messages import Messages
from chinwag.server.services.presence import Presence
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.roster import Roster
from chinwag.server.services.subscriptions import Subscriptions
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

_BACKLOG = 64
_MOST_BAD = 16
_DONE = results.Done()
Handler = Callable[[Session, Any], Awaitable[Struct]]


class _Ok(Struct):
    reply: int
    ok: Any


class _Error(Struct):
    reply: int
    error: Failure


_encode = msgspec.json.Encoder().encode


class Services:
    """What connections call. ``cold`` maps a command's type to its handler."""

    def __init__(
        self,
        *,
        name: str,
        heartbeat: int,
        sessions: Sessions,
        devices: Devices,
        chats: Chats,
        messages: Messages,
        attaching: Attaching,
        receipts: Receipts,
        presence: Presence,
        subscriptions: Subscriptions,
        alerts: Alerts,
        cold: Mapping[type, Handler],
        pace: Pace,
    ) -> None:
        self.name = name
        self.heartbeat = heartbeat
        self.sessions = sessions
        self.devices = devices
        self.chats = chats
        self.messages = messages
        self.attaching = attaching
        self.receipts = receipts
        self.presence = presence
        self.subscriptions = subscriptions
        self.alerts = alerts
        self.cold = cold
        self.pace = pace
        self.budgets = Budgets(pace)
        self.draining = False
        self.commands: dict[str, int] = {}

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page."""
        commands = {f"commands_{name.lower()}_total": n for name, n in self.commands.items()}
        return {"draining": float(self.draining), **commands}


class Connection:
    """One client's socket, called ``name`` in the log. Implements the gateway's `Endpoint`."""

    __slots__ = (
        "_backlog",
        "_bad",
        "_budget",
        "_frames",
        "_name",
        "_services",
        "_socket",
        "_task",
        "identity",
        "session",
    )

    def __init__(self, services: Services, identity: Identity, socket: Socket, name: str) -> None:
        self._services = services
        self._name = name
        self._socket = socket
        self.identity = identity
        self.session = Session(identity.user, identity.device, socket)
        self._backlog: deque[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        self._bad = 0
        self._frames = Bucket(services.pace.frames.burst, time.monotonic())
        self._budget = services.budgets.of(identity.user)

    # --- the socket's calls ------------------------------------------------------------------

    def opened(self, socket: Socket) -> None:
        """Take the session in, before anything is read."""
        socket.pause_reading()
        self._task = asyncio.get_running_loop().create_task(self._enter())

    def text(self, data: memoryview | bytes | bytearray) -> None:
        """A frame came."""
        session = self.session
        if session.fenced:
            return
        now = session.alive_at = time.monotonic()
        if self._frames.take(self._services.pace.frames, now):
            session.close(Close.FLOODING, "too many frames")
        elif self._task is not None:
            self._postpone(bytes(data))
        else:
            self._take(data)

    def binary(self, data: memoryview | bytes | bytearray) -> None:
        """There are no binary messages."""
        self.session.close(Close.UNSUPPORTED_DATA, "text only")

    def closed(self, code: int, reason: str) -> None:
        """The socket is gone, and with it the session."""
        if self._task is not None:
            self._task.cancel()
        services, session = self._services, self.session
        valid = services.sessions.remove(session)
        services.presence.left(session)
        if valid:
            services.alerts.left(session)
            asyncio.get_running_loop().create_task(services.sessions.forget(session))

    def shutdown(self) -> None:
        """The server stops: tell the client when to come back."""
        pace, sessions = self._services.pace, self._services.sessions
        after = pace.reconnect_after(len(sessions), elsewhere=not sessions.alone)
        self.session.push(pushes.Goodbye(after))

    # --- entering ----------------------------------------------------------------------------

    async def _enter(self) -> None:
        services, session = self._services, self.session
        try:
            await services.sessions.enter(session)
            if not services.sessions.alone and len(services.sessions.of(session.user)) == 1:
                services.chats.arrived(session.user)
            if not await services.devices.confirm(self.identity):
                session.close(Close.SIGNED_OUT, "signed out")
                return
            session.push(
                pushes.Hello(
                    protocol=PROTOCOL,
                    features=FEATURES,
                    server=services.name,
                    user=session.user,
                    device=session.device,
                    heartbeat=services.heartbeat,
                    now=now_ms(),
                    push_key=services.subscriptions.key,
                )
            )
        except Exception:  # noqa: BLE001 - the client tries again
            log.exception("connection.enter_failed")
            session.close(Close.RESTART, "please try again")
        finally:
            await self._work_off()

    # --- frames ------------------------------------------------------------------------------

    def _take(self, data: memoryview | bytes | bytearray) -> None:
        """Do a frame's command now, or begin a task that does."""
        request = self._decode(data)
        if request is not None and not self._now(request):
            self._task = asyncio.get_running_loop().create_task(self._pump(request))

    def _decode(self, data: memoryview | bytes | bytearray) -> Request | None:
        try:
            return decode_request(data)  # type: ignore[arg-type]  # any buffer will do
        except BadRequest as bad:
            self._complain(bad, data)
            return None

    def _complain(self, bad: BadRequest, data: memoryview | bytes | bytearray) -> None:
        self._bad += 1
        try:
            bytes(data).decode()
        except UnicodeDecodeError:
            self.session.close(Close.INVALID_TEXT, "not UTF-8")
            return
        self._refuse(bad.id, bad.error)
        if self._bad >= _MOST_BAD:
            self.session.close(Close.POLICY, "too many bad requests")

    def _now(self, request: Request) -> bool:
        """Do a command that needs no waiting. False: it has to wait for something."""
        do = request.do
        kind = type(do)
        try:
            if kind is commands.Send:
                return self._send(request.id, do)  # type: ignore[arg-type]
            if kind is commands.Received or kind is commands.Read:
                return self._mark(request.id, do)  # type: ignore[arg-type]
            if kind is commands.Heartbeat:
                self._beat(request.id, do)  # type: ignore[arg-type]
                return True
            if kind is commands.Typing:
                return self._typing(request.id, do)  # type: ignore[arg-type]
        except ChinwagError as error:
            self._refuse(request.id, error, do)
            return True
        return False

    def _send(self, request_id: int, do: commands.Send) -> bool:
        roster = self._services.chats.cached(do.chat)
        if roster is None or do.file is not None:
            return False
        try:
            self._accept(request_id, do, roster)
        except ChinwagError as error:
            if error.kind.retry:
                raise
            return False  # the log knows whether it was sent before, when it still could be
        return True

    def _accept(self, request_id: int, do: commands.Send, roster: Roster) -> None:
        if self._services.draining:
            raise ChinwagError(errors.SHUTTING_DOWN)
        spend(self._budget.sends, self._services.pace.sends, self.session.alive_at)

        def answer(outcome: results.Accepted | ChinwagError) -> None:
            if type(outcome) is results.Accepted:
                self._answer(request_id, outcome)
            else:
                self._refuse(request_id, outcome, do)  # type: ignore[arg-type]

        self._services.messages.send(self.session, do, roster, answer)

    def _mark(self, request_id: int, do: commands.Received | commands.Read) -> bool:
        if self._services.receipts.missing(do.marks):
            return False
        self._raise_marks(request_id, do)
        return True

    def _raise_marks(self, request_id: int, do: commands.Received | commands.Read) -> None:
        receipts = self._services.receipts
        if type(do) is commands.Received:
            receipts.received(self.session, do.marks)
        else:
            receipts.read(self.session, do.marks)
        if request_id:
            receipts.when_stored(partial(self._marked, request_id))

    def _marked(self, request_id: int, error: ChinwagError | None) -> None:
        if error is None:
            self._answer(request_id, _DONE)
        else:
            self._refuse(request_id, error)

    def _beat(self, request_id: int, do: commands.Heartbeat) -> None:
        self._services.presence.heartbeat(self.session, foreground=do.foreground)
        self._services.devices.touch(self.session.device)
        self._answer(request_id, results.Beat(now=now_ms()))

    def _typing(self, request_id: int, do: commands.Typing) -> bool:
        roster = self._services.chats.cached(do.chat)
        if roster is None:
            return False
        self._type(request_id, do, roster)
        return True

    def _type(self, request_id: int, do: commands.Typing, roster: Roster) -> None:
        self._services.presence.typing(self.session, roster, do.doing, active=do.active)
        self._answer(request_id, _DONE)

    # --- commands that wait ------------------------------------------------------------------

    def _postpone(self, data: bytes) -> None:
        if self._backlog is None:
            self._backlog = deque()
        self._backlog.append(data)
        if len(self._backlog) == _BACKLOG:
            self._socket.pause_reading()

    async def _pump(self, request: Request) -> None:
        try:
            await self._do(request)
        finally:
            await self._work_off()

    async def _work_off(self) -> None:
        """Do what arrived meanwhile, in order, then read on."""
        backlog = self._backlog
        while backlog and not self.session.fenced:
            request = self._decode(backlog.popleft())
            if request is not None and not self._now(request):
                await self._do(request)
        self._backlog = self._task = None
        self._socket.resume_reading()

    async def _do(self, request: Request) -> None:
        do, services = request.do, self._services
        handler = services.cold.get(type(do))
        name = type(do).__name__
        services.commands[name] = services.commands.get(name, 0) + 1
        try:
            spend(self._budget.commands, services.pace.commands, self.session.alive_at)
            if handler is not None:
                self._answer(request.id, await handler(self.session, do))
            else:
                await self._do_uncached(request)
        except ChinwagError as error:
            self._refuse(request.id, error, do)
        except Exception:  # noqa: BLE001 - the client is owed an answer
            log.exception(
                "connection.command_failed", command=name, request=self._called(request.id)
            )
            self._refuse(request.id, ChinwagError(errors.INTERNAL))

    async def _do_uncached(self, request: Request) -> None:
        """A frequent command whose roster is not at hand."""
        do, chats = request.do, self._services.chats
        if isinstance(do, commands.Received | commands.Read):
            for chat in self._services.receipts.missing(do.marks):
                with contextlib.suppress(ChinwagError):  # marks of chats that are not there
                    await chats.roster(chat)
            self._raise_marks(request.id, do)
        elif isinstance(do, commands.Send):
            if do.file is None:
                await self._accept_or_repeat(request.id, do)
            else:
                self._answer(request.id, await self._attach(do))
        elif isinstance(do, commands.Typing):
            self._type(request.id, do, await chats.roster(do.chat))

    async def _accept_or_repeat(self, request_id: int, do: commands.Send) -> None:
        chats, roster = self._services.chats, None
        try:
            roster = await chats.roster(do.chat)
            self._accept(request_id, do, roster)
        except ChinwagError as error:
            if error.kind.retry:
                raise
            first = await self._services.messages.first_answer(self.session, do)
            if first is not None:
                self._answer(request_id, first)
            elif roster is not None and (newer := await chats.newer(roster)) is not None:
                self._accept(request_id, do, newer)
            else:
                raise

    async def _attach(self, do: commands.Send) -> results.Accepted:
        if self._services.draining:
            raise ChinwagError(errors.SHUTTING_DOWN)
        spend(self._budget.sends, self._services.pace.sends, self.session.alive_at)
        return await self._services.attaching.send(self.session, do)

    # --- answers -----------------------------------------------------------------------------

    def _answer(self, request_id: int, ok: Struct) -> None:
        if request_id:
            self._socket.send(frame_text(_encode(_Ok(request_id, ok))))

    def _called(self, request_id: int) -> str:
        """The request's name in the log: the socket's, and the client's number."""
        return f"{self._name}-{request_id}"

    def _refuse(
        self, request_id: int, error: ChinwagError, do: commands.Command | None = None
    ) -> None:
        # What is not there and what is not for them to see are answered alike: both are told.
        if do is not None and (error.kind.forbids or error.kind is errors.NOT_FOUND):
            log.info(
                "command.refused",
                command=type(do).__name__,
                reason=error.kind.code,
                user=self.session.user,
                device=self.session.device,
                request=self._called(request_id),
            )
        if request_id or error.kind is errors.MALFORMED:
            self._socket.send(frame_text(_encode(_Error(request_id, error.failure()))))
