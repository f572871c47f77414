"""A client so lean that one core of them keeps a server core busy, and some to spare.

It reads the server's frames (unmasked, whole texts) straight out of the bytes and writes ready
frames, masked with zeros, which the server must unmask as any others. What is written during a
tick of the loop goes out in one write a socket. It knows nothing of chats: a scenario does.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from uuid_utils import uuid7

_TEXT = 0x81
_CLOSE = b"\x88\x82\0\0\0\0\x03\xe8"
_READ_LIMIT = 1 << 20


class Answered(msgspec.Struct):
    """What scenarios look at in an answer."""

    seq: int = 0
    since: str = ""
    chat: str = ""
    chats: int = 0


class Logged(msgspec.Struct):
    """What scenarios look at in an event."""

    chat: str
    seq: int


class Ticked(msgspec.Struct):
    """What scenarios look at in ticks."""

    chat: str
    delivered: int = 0


class Told(msgspec.Struct):
    """What scenarios look at in a push."""

    type: str
    event: Logged | None = None
    ticks: Ticked | None = None


class Frame(msgspec.Struct):
    """A frame of the server, as far as anybody here looks at it."""

    reply: int = 0
    ok: Answered | None = None
    error: msgspec.Raw = msgspec.Raw()
    push: Told | None = None


decode = msgspec.json.Decoder(Frame).decode


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a signed-in device."""

    user: str
    token: str


def masked(payload: bytes) -> bytes:
    """A client's text frame; a mask of zeros costs the server what any mask does."""
    size = len(payload)
    if size < 126:
        return bytes((_TEXT, 0x80 | size)) + b"\0\0\0\0" + payload
    return bytes((_TEXT, 0xFE)) + size.to_bytes(2, "big") + b"\0\0\0\0" + payload


def handshake(token: str) -> bytes:
    """The head of the request that opens a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Sec-WebSocket-Protocol: chinwag.v1\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


class Wires:
    """Writes what collected for each socket once a tick; ``eager``: after each read, too."""

    def __init__(self, *, eager: bool = False) -> None:
        self.eager = eager
        self._loop = asyncio.get_running_loop()
        self._dirty: list[Client] = []

    def add(self, client: "Client") -> None:
        """Have this client's frames written at the end of the tick."""
        if not self._dirty:
            self._loop.call_soon(self.flush)
        self._dirty.append(client)

    def flush(self) -> None:
        """Write all there is."""
        dirty, self._dirty = self._dirty, []
        for client in dirty:
            client.flush()


class Client(asyncio.Protocol):
    """One socket. ``ahead`` is the handshake, with frames behind it if the client will not wait;
    ``take`` gets the payload of every text frame.
    """

    __slots__ = (
        "_ahead",
        "_out",
        "_rest",
        "_transport",
        "_wires",
        "closed",
        "opened",
        "reason",
        "take",
    )

    def __init__(self, wires: Wires, ahead: bytes, take: Callable[[bytes], None]) -> None:
        loop = asyncio.get_running_loop()
        self._wires = wires
        self._ahead = ahead
        self._out: list[bytes] = []
        self._rest = b""
        self._transport: asyncio.Transport
        self.take = take
        self.reason = ""
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()

    async def connect(self, port: int) -> None:
        """Open the socket.

        Raises:
            ConnectionError: the server would not have it.
        """
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", port)
        await self.opened

    def send(self, frame: bytes) -> None:
        """Queue a ready frame."""
        if not self._out:
            self._wires.add(self)
        self._out.append(frame)

    def flush(self) -> None:
        """Write what is queued."""
        out = self._out
        if self.closed.done():  # whoever waits for an answer notices
            return
        self._transport.write(out[0] if len(out) == 1 else b"".join(out))
        out.clear()

    def say_goodbye(self) -> None:
        """Start the closing handshake; the server hangs up."""
        self._transport.write(_CLOSE)

    def close(self) -> None:
        """Say goodbye and hang up at once."""
        if not self.closed.done():
            self.say_goodbye()
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket."""
        self._transport = transport  # type: ignore[assignment]
        self._transport.write(self._ahead)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed before it was opened"))
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Cut frames out of the bytes."""
        if self._rest:
            data = self._rest + data
        if not self.opened.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.opened.set_exception(ConnectionError(head[:200].decode("latin-1")))
                self._transport.close()
                return
            self.opened.set_result(None)
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                start += width
                if start > end:
                    break
                size = int.from_bytes(data[start - width : start], "big")
            stop = start + size
            if stop > end:
                break
            if data[at] == _TEXT:
                self.take(data[start:stop])
            else:
                self._control(data[at], data[start:stop])
            at = stop
        self._rest = data[at:]
        if self._wires.eager:
            self._wires.flush()

    def _control(self, first: int, payload: bytes) -> None:
        if first == 0x88:
            self.reason = f"{int.from_bytes(payload[:2], 'big')} {payload[2:].decode()}"
            self._transport.close()
        elif first == 0x89:
            self._transport.write(bytes((0x8A, 0x80 | len(payload))) + b"\0\0\0\0" + payload)


def sync_frame(request_id: int = 1, since: str | None = None) -> bytes:
    """Ask what is new."""
    do: dict[str, str] = {"type": "sync"} | ({"since": since} if since else {})
    return masked(msgspec.json.encode({"id": request_id, "do": do}))


async def enter(wires: Wires, port: int, person: Person, take: Callable[[bytes], None]) -> Client:
    """An open socket that is caught up; ``take`` gets what comes after that."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def until_caught_up(payload: bytes) -> None:
        frame = decode(payload)
        if frame.reply == 1 and not done.done():
            client.take = take
            if frame.error:
                done.set_exception(RuntimeError(bytes(frame.error).decode()))
            else:
                done.set_result(None)

    client = Client(wires, handshake(person.token) + sync_frame(), until_caught_up)
    await client.connect(port)
    await done
    return client


class Received:
    """A device's acknowledgements, coalesced as the SDK does it: at the next tick of the loop,
    but at most once in 20 ms a socket.
    """

    __slots__ = ("_after", "_due", "_loop", "_marks", "client", "sent")

    EVERY = 0.02

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._marks: dict[str, int] = {}
        self._after = 0.0
        self._due = False
        self.sent = 0
        self.client: Client

    def note(self, chat: str, seq: int) -> None:
        """This event is stored."""
        self._marks[chat] = seq
        if not self._due:
            self._due = True
            if self._loop.time() >= self._after:
                self._loop.call_soon(self._flush)
            else:
                self._loop.call_at(self._after, self._flush)

    def _flush(self) -> None:
        self._due = False
        self._after = self._loop.time() + self.EVERY
        marks = ",".join([f'{{"chat":"{c}","seq":{s}}}' for c, s in self._marks.items()])
        self._marks.clear()
        self.sent += 1
        self.client.send(masked(f'{{"do":{{"type":"received","marks":[{marks}]}}}}'.encode()))


class Writer:
    """Makes the frames of one sender's messages: all of one length, so that the frame's head and
    nearly all of its text are made once. Client ids are UUIDv7, as the SDK's are.
    """

    __slots__ = ("_after", "_between", "_head", "number")

    FIRST = 1_000_000_000

    def __init__(self, chat: str, text: str) -> None:
        self.number = self.FIRST
        between = f',"do":{{"type":"send","chat":"{chat}","client_id":"'
        after = '","body":{"kind":"message","text":' + msgspec.json.encode(text).decode() + "}}}"
        self._between, self._after = between.encode(), after.encode()
        size = len(b'{"id":') + 10 + len(self._between) + 36 + len(self._after)
        self._head = masked(b" " * size)[:-size] + b'{"id":'

    def next(self) -> bytes:
        """The next message's frame, with a request id and a client id of its own."""
        self.number += 1
        client_id = str(uuid7()).encode()
        return b"%b%d%b%b%b" % (self._head, self.number, self._between, client_id, self._after)
