"""What stands behind the sockets under test."""

import queue
from collections.abc import Callable

from chinwag.server.framing import frame_text
from chinwag.server.gateway.socket import Socket
from chinwag.server.gateway.upgrade import Accepted, Admission, UpgradeRequest


class Recorder:
    """Writes down what happens, and does what texts tell it."""

    def __init__(self, socket: Socket, happened: "queue.Queue[tuple[object, ...]]") -> None:
        self.socket = socket
        self.happened = happened
        self.closings = 0

    def opened(self, socket: Socket) -> None:
        self.happened.put(("opened", self))

    def text(self, data: memoryview | bytes | bytearray) -> None:
        text = bytes(data)
        command, _, argument = text.partition(b" ")
        if command == b"flood":
            piece = frame_text(b"x" * 1000)
            for _ in range(int(argument)):
                self.socket.send(piece)
        elif command == b"close":
            self.socket.send(frame_text(b"before"))
            self.socket.close(int(argument), "asked to")
            self.socket.send(frame_text(b"behind"))
        elif command == b"raise":
            raise RuntimeError("asked to")
        else:
            self.happened.put(("text", text))
            self.socket.send(frame_text(text))

    def binary(self, data: memoryview | bytes | bytearray) -> None:
        self.happened.put(("binary", bytes(data)))

    def closed(self, code: int, reason: str) -> None:
        self.closings += 1
        self.happened.put(("closed", code, reason))

    def shutdown(self) -> None:
        self.socket.send(frame_text(b"goodbye"))


class Door:
    """Admits everybody, and keeps what it saw."""

    def __init__(self) -> None:
        self.requests: list[UpgradeRequest] = []
        self.happened: queue.Queue[tuple[object, ...]] = queue.Queue()
        self.answer: Callable[[UpgradeRequest], Admission] = lambda _: self.accepted()

    def accepted(self, subprotocol: str | None = None) -> Accepted:
        return Accepted(lambda socket: Recorder(socket, self.happened), subprotocol)

    async def admit(self, request: UpgradeRequest) -> Admission:
        self.requests.append(request)
        return self.answer(request)

    def recorder(self) -> Recorder:
        """The endpoint that was opened next."""
        kind, recorder = self.next()
        assert kind == "opened"
        assert isinstance(recorder, Recorder)
        return recorder

    def next(self) -> tuple[object, ...]:
        """What happens next."""
        return self.happened.get(timeout=20)
