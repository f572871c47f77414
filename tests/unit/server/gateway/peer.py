"""A WebSocket client that says exactly what it is told, byte by byte, over a real connection."""

import random
import socket
import struct
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
PATIENCE = 20.0  # for a busy machine; nothing waits so long when all is well

Event = tuple[int, bytes]


# Seeded: frames stand in the names of parametrised tests, which must be the same in each worker.
_MASKS = random.Random(6455)


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True
) -> bytes:
    """A frame as a client sends it, or as it must not."""
    head = bytes(((0x80 if fin else 0) | rsv << 4 | opcode,))
    size = len(payload)
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes((bit | size,))
    elif size < 65536:
        head += bytes((bit | 126,)) + struct.pack("!H", size)
    else:
        head += bytes((bit | 127,)) + struct.pack("!Q", size)
    if not masked:
        return head + payload
    mask = _MASKS.randbytes(4)
    pad = mask * (size // 4 + 1)
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(pad[:size], "big")
    return head + mask + mixed.to_bytes(size, "big")


def close_frame(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


def upgrade_head(path: str = "/ws", *lines: str, connection: str = "Upgrade") -> bytes:
    head = [
        f"GET {path} HTTP/1.1",
        "Host: localhost",
        "Upgrade: websocket",
        f"Connection: {connection}",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        *lines,
    ]
    return "\r\n".join((*head, "", "")).encode()


class Peer:
    """One TCP connection to a server under test."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        self.sock = socket.socket()
        if receive_buffer is not None:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = bytearray()

    @classmethod
    def upgraded(cls, port: int, behind: bytes = b"", *, receive_buffer: int | None = None) -> Self:
        peer = cls(port, receive_buffer=receive_buffer)
        peer.send(upgrade_head() + behind)
        status, _, _ = peer.response()
        assert status == 101
        return peer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.sock.close()

    def send(self, data: bytes, chop: int | None = None) -> None:
        """Send, in pieces if told so; a server that has hung up is not an error here."""
        step = chop or len(data) or 1
        try:
            for at in range(0, len(data), step):
                self.sock.sendall(data[at : at + step])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def response(self) -> tuple[int, dict[str, str], bytes]:
        """An HTTP response: status, headers with lower-case names, body."""
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            if not self._more():
                raise EOFError(bytes(self._read))
        lines = bytes(self._read[:end]).decode("latin-1").split("\r\n")
        del self._read[: end + 4]
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
        size = int(headers.get("content-length", 0))
        while len(self._read) < size:
            assert self._more()
        body = bytes(self._read[:size])
        del self._read[:size]
        return int(lines[0].split()[1]), headers, body

    def next(self) -> Event | None:
        """The next frame; None at the end of the connection."""
        while (event := self._parse()) is None:
            if not self._more():
                assert not self._read, "the connection ended inside a frame"
                return None
        return event

    def until_end(self) -> list[Event]:
        """Every frame up to the end of the connection."""
        events = []
        while (event := self.next()) is not None:
            events.append(event)
        return events

    def ended(self) -> bool:
        """Whether the connection ends with nothing more said."""
        return not self._read and not self._more()

    def _more(self) -> bool:
        try:
            data = self.sock.recv(1 << 20)
        except ConnectionResetError:
            return False
        self._read += data
        return bool(data)

    def _parse(self) -> Event | None:
        read = self._read
        if len(read) < 2:
            return None
        assert read[0] & 0x70 == 0, "reserved bit from the server"
        assert read[1] & 0x80 == 0, "masked frame from the server"
        assert read[0] & 0x80, "the server never fragments"
        size, at = read[1], 2
        if size >= 126:
            at = 4 if size == 126 else 10
            if len(read) < at:
                return None
            size = int.from_bytes(read[2:at], "big")
        if len(read) < at + size:
            return None
        event = (read[0] & 0x0F, bytes(read[at : at + size]))
        del read[: at + size]
        return event


def closing(code: int, reason: bytes = b"") -> Event:
    return CLOSE, struct.pack("!H", code) + reason


def code_of(event: Event) -> int:
    """The code of a close frame."""
    assert event[0] == CLOSE, event
    return int.from_bytes(event[1][:2], "big")


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether this comes true in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True
