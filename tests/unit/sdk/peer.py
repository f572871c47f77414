"""A scripted server: a real socket that speaks frames, and does what the test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import msgspec
import picows

from chinwag.protocol import commands, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Event, Message
from chinwag.protocol.frames import Answer, Pushed, Request, decode_request, encode
from chinwag.protocol.version import SUBPROTOCOL

ME, DEVICE = "me", "device"
C = TypeVar("C", bound=msgspec.Struct)
PATIENCE = 10.0


class Line:
    """One socket that a client opened."""

    def __init__(self, peer: "Peer", transport: Any) -> None:
        self.peer = peer
        self.closed = asyncio.Event()
        self._transport = transport
        self._requests: asyncio.Queue[Request] = asyncio.Queue()

    def push(self, *several: pushes.Push) -> None:
        for push in several:
            self.text(encode(Pushed(push)))

    def text(self, data: bytes) -> None:
        self._transport.send(picows.WSMsgType.TEXT, data)

    def fragments(self, *parts: bytes) -> None:
        kinds = [picows.WSMsgType.TEXT] + [picows.WSMsgType.CONTINUATION] * (len(parts) - 1)
        for number, (kind, part) in enumerate(zip(kinds, parts, strict=True), 1):
            self._transport.send(kind, part, fin=number == len(parts))

    def answer(self, request: Request, result: msgspec.Struct | ChinwagError) -> None:
        if isinstance(result, ChinwagError):
            self.text(encode(Answer(request.id, error=result.failure())))
        else:
            self.text(encode(Answer(request.id, ok=msgspec.Raw(encode(result)))))

    async def next(self, *kinds: type[C]) -> tuple[Request, C]:
        """The next request of one of these kinds; others before it are passed over."""
        async with asyncio.timeout(PATIENCE):
            while True:
                request = await self._requests.get()
                if isinstance(request.do, kinds):
                    return request, request.do

    def close(self, code: int, reason: bytes = b"") -> None:
        self._transport.send_close(code, reason)
        self._transport.disconnect()

    def cut(self) -> None:
        self._transport.disconnect(graceful=False)

    # --- what it does by itself ----------------------------------------------------------------

    def take(self, request: Request) -> None:
        self.peer.seen.append(request.do)
        match request.do:
            case commands.Heartbeat() if request.id and self.peer.beats:
                self.answer(request, results.Beat(now=0, sync=self.peer.beat_sync))
                self.peer.beat_sync = False
            case commands.Sync() if self.peer.syncs:
                self.push(pushes.Heads(heads=tuple(self.peer.heads)))
                self.answer(request, self.peer.caught_up)
            case commands.Read() | commands.Watch() if request.id and self.peer.confirms:
                self.answer(request, results.Done())
        self._requests.put_nowait(request)


class Peer:
    """The listening side. Says hello, answers syncs with ``heads`` and heartbeats; the rest is
    the test's to answer."""

    def __init__(self) -> None:
        self.heads: list[results.Head] = []
        self.caught_up = results.CaughtUp(since="1.1", now=0)
        self.hello = pushes.Hello(
            protocol=1, features=(), server="peer", user=ME, device=DEVICE, heartbeat=25, now=0
        )
        self.syncs = self.beats = self.confirms = True
        self.beat_sync = False
        self.refuse: Callable[[], Any] | None = None
        self.seen: list[commands.Command] = []
        self.requests: list[Any] = []
        self.lines: asyncio.Queue[Line] = asyncio.Queue()
        self.url = ""

    async def line(self) -> Line:
        """The next socket that a client opens."""
        async with asyncio.timeout(PATIENCE):
            return await self.lines.get()

    def _accept(self, request: Any) -> Any:
        self.requests.append(request)
        if self.refuse is not None:
            return picows.WSUpgradeResponseWithListener(self.refuse(), None)
        response = picows.WSUpgradeResponse.create_101_response(
            {"Sec-WebSocket-Protocol": SUBPROTOCOL}
        )
        return picows.WSUpgradeResponseWithListener(response, _Ear(self))


class _Ear(picows.WSListener):
    def __init__(self, peer: Peer) -> None:
        self._peer = peer

    def on_ws_connected(self, transport: Any) -> None:
        self._line = Line(self._peer, transport)
        self._line.push(self._peer.hello)
        self._peer.lines.put_nowait(self._line)

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        if frame.msg_type == picows.WSMsgType.TEXT:
            self._line.take(decode_request(frame.get_payload_as_bytes()))
        elif frame.msg_type == picows.WSMsgType.CLOSE:
            transport.disconnect()

    def on_ws_disconnected(self, transport: Any) -> None:
        self._line.closed.set()


@asynccontextmanager
async def listening() -> AsyncIterator[Peer]:
    """A peer on a free port of this machine."""
    peer = Peer()
    server = await picows.ws_create_server(peer._accept, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    peer.url = f"http://127.0.0.1:{port}"
    try:
        yield peer
    finally:
        server.close()


def head(last: int = 0, *events: Event, chat: str = "c", **mine: Any) -> results.Head:
    """A direct chat with ann, of which ``events`` come along."""
    return results.Head(
        chat=chat,
        kind="direct",
        last=last,
        count=last,
        peer="ann",
        mine=results.Mine(chat=chat, version=1, stays=((1, 0),), **mine),
        ticks=results.Ticks(chat=chat),
        events=events,
        users=(results.User(id="ann", handle="ann", name="Ann"),),
    )


def message(seq: int, *, sender: str = "ann", chat: str = "c", client_id: str = "") -> Event:
    return Event(
        chat=chat,
        seq=seq,
        at=seq,
        sender=sender,
        count=seq,
        body=Message(text=f"m{seq}"),
        client_id=client_id or None,
    )


def accepted(seq: int, chat: str = "c") -> results.Accepted:
    return results.Accepted(chat=chat, seq=seq, at=seq, count=seq, read_count=seq)
