"""XMPP clients for the peers: as lean as `bench.client`, and with the same rules. A sender keeps a
window of messages in flight; a place is free again when the other side has the message.
"""

import asyncio
import base64
import re
import time
from collections.abc import Callable, Iterator

from bench.cluster.ejabberd import DOMAIN, PASSWORD, ROOMS
from bench.cluster.meter import Meter, Parts, Spent
from bench.quiet import quiet
from bench.scenarios.direct import TEXT, WARM_UP

_AT_ONCE = 50
_OPEN = (
    f"<?xml version='1.0'?><stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)
_BODY = re.compile(rb"<body>(\d+) ")
_LAST = b"</message>"
_JOINED = re.compile(rb"code=['\"]110['\"]")
_SETTLES = 10.0


class Stream(asyncio.Protocol):
    """One client. ``take`` gets the number of every message that comes to it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.take: Callable[[int], None]
        self._steps = self._signing_in()
        self._awaited = b""
        self._rest = b""
        self._out: list[bytes] = []
        self._transport: asyncio.Transport

    def send(self, number: int, to: str, kind: str) -> None:
        """A message; what collects during a tick of the loop is written at its end."""
        if not self._out:
            asyncio.get_running_loop().call_soon(self._flush)
        self._out.append(
            f"<message type='{kind}' to='{to}' id='m{number}'>"
            f"<body>{number} {TEXT}</body></message>".encode()
        )

    def join(self, room: str) -> None:
        """Enter a room, without its past."""
        muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
        self._write(f"<presence to='{room}@{ROOMS}/{self.name}'>{muc}</presence>")

    def close(self) -> None:
        """Say goodbye and hang up."""
        self._write("</stream:stream>")
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sign in."""
        self._transport = transport  # type: ignore[assignment]
        self._awaited = next(self._steps)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed before it was opened"))

    def data_received(self, data: bytes) -> None:
        """Cut messages out of the bytes."""
        data = self._rest + data
        if not self.opened.done():
            self._rest = data
            if self._awaited in data:
                self._rest = b""
                self._step()
            elif b"<failure" in data:
                self.opened.set_exception(ConnectionError(data.decode()))
            return
        if not self.joined.done() and _JOINED.search(data):
            self.joined.set_result(None)
        end = data.rfind(_LAST) + len(_LAST)
        if end < len(_LAST):
            self._rest = data
            return
        self._rest = data[end:]
        for found in _BODY.finditer(data, 0, end):
            self.take(int(found[1]))

    def _step(self) -> None:
        try:
            self._awaited = next(self._steps)
        except StopIteration:
            self.opened.set_result(None)

    def _signing_in(self) -> Iterator[bytes]:
        self._write(_OPEN)
        yield b"</stream:features>"
        secret = base64.b64encode(f"\0{self.name}\0{PASSWORD}".encode()).decode()
        sasl = "urn:ietf:params:xml:ns:xmpp-sasl"
        self._write(f"<auth xmlns='{sasl}' mechanism='PLAIN'>{secret}</auth>")
        yield b"<success"
        self._write(_OPEN)
        yield b"</stream:features>"
        bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind>"
        self._write(f"<iq type='set' id='bind'>{bind}</iq>")
        yield b"<jid>"
        self._write("<presence/>")

    def _write(self, text: str) -> None:
        self._transport.write(text.encode())

    def _flush(self) -> None:
        self._transport.write(b"".join(self._out))
        self._out.clear()


async def enter(port: int, people: int) -> list[Stream]:
    """Clients of ``person0`` …, signed in."""
    streams = [Stream(f"person{number}") for number in range(people)]
    loop = asyncio.get_running_loop()
    for start in range(0, people, _AT_ONCE):
        some = streams[start : start + _AT_ONCE]
        for stream in some:
            await loop.create_connection(lambda stream=stream: stream, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(stream.opened for stream in some))
    return streams


class Talk:
    """One sender and one recipient."""

    def __init__(self, sender: Stream, recipient: Stream) -> None:
        self.sent = self.delivered = 0
        self.stopped = False
        self.faults: list[str] = []
        self._sender, self._to = sender, f"{recipient.name}@{DOMAIN}/r"
        recipient.take = self._take

    def send(self) -> None:
        """One more message."""
        self.sent += 1
        self._sender.send(self.sent, self._to, "chat")

    def _take(self, number: int) -> None:
        self.delivered += 1
        if number != self.delivered:
            self.faults.append(f"delivered {number}, not {self.delivered}")
        if not self.stopped:
            self.send()


async def pairs(
    port: int, number: int, window: int, seconds: float, parts: Parts, cores: set[int]
) -> tuple[float, Spent, float, list[str]]:
    """Messages delivered a second, one to one; who spent what; the load's share; faults."""
    streams = await enter(port, 2 * number)
    talks = [Talk(*streams[place : place + 2]) for place in range(0, 2 * number, 2)]
    for talk in talks:
        for _ in range(window):
            talk.send()
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        meter, before = Meter(parts, cores), sum(talk.delivered for talk in talks)
        await asyncio.sleep(seconds)
        delivered = sum(talk.delivered for talk in talks) - before
        spent = meter.end()
    for talk in talks:
        talk.stopped = True
    await _settle(lambda: all(talk.sent == talk.delivered for talk in talks))
    faults = [fault for talk in talks for fault in talk.faults]
    faults += [f"of {t.sent} sent, {t.delivered} came" for t in talks if t.sent != t.delivered]
    for stream in streams:
        stream.close()
    return delivered / spent.seconds, spent, load.share, faults


class Room:
    """A room, and the books on it. A place is free again when half of its people have a message."""

    def __init__(self, name: str, streams: list[Stream]) -> None:
        self.sent = self.complete = self.handed = 0
        self.stopped = False
        self._to, self._streams, self._half = f"{name}@{ROOMS}", streams, len(streams) // 2
        self._open: dict[int, tuple[Stream, int]] = {}
        for stream in streams:
            stream.take = self._take

    def send(self, sender: Stream) -> None:
        """One more message."""
        self.sent += 1
        self._open[self.sent] = (sender, 0)
        sender.send(self.sent, self._to, "groupchat")

    def _take(self, number: int) -> None:
        self.handed += 1
        sender, count = self._open[number]
        self._open[number] = (sender, count := count + 1)
        if count == self._half and not self.stopped:
            self.send(sender)
        if count == len(self._streams):
            del self._open[number]
            self.complete += 1


async def room(
    port: int,
    name: str,
    sizes: tuple[int, int, int],
    seconds: float,
    parts: Parts,
    cores: set[int],
) -> tuple[float, Spent, float, list[str]]:
    """The same for deliveries to the people of a room. ``sizes``: people, senders, their window."""
    people, senders, window = sizes
    streams = await enter(port, people)
    for stream in streams:
        stream.take = lambda _: None
        stream.join(name)
    await asyncio.wait_for(asyncio.gather(*(stream.joined for stream in streams)), 60)
    hall = Room(name, streams)
    for stream in streams[:senders]:
        for _ in range(window):
            hall.send(stream)
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        meter, before = Meter(parts, cores), hall.handed
        await asyncio.sleep(seconds)
        handed = hall.handed - before
        spent = meter.end()
    hall.stopped = True
    await _settle(lambda: hall.sent == hall.complete)
    lost = hall.sent - hall.complete
    for stream in streams:
        stream.close()
    faults = [f"of {hall.sent} sent, {lost} were not with all in time"] if lost else []
    return handed / spent.seconds, spent, load.share, faults


async def _settle(settled: Callable[[], bool]) -> None:
    """Wait until all is delivered, but not for ever."""
    end = time.monotonic() + _SETTLES
    while not settled() and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
