"""A socket without an SDK: it says what it is told to, however wrong, and keeps all that comes."""

import asyncio
import contextlib
import itertools
import json
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from chinwag.protocol.version import SUBPROTOCOL
from flows.cast import PATIENCE, eventually

Frame = dict[str, Any]


class Raw:
    """An open socket of a device. It acknowledges nothing, unless it is to be ``polite``.

    Attributes:
        pushes: what was pushed so far, in order.
        socket: the socket itself.
    """

    def __init__(self, socket: ClientConnection, *, polite: bool = False) -> None:
        self.socket = socket
        self._polite = polite
        self.pushes: list[Frame] = []
        self.answers: list[Frame] = []
        self._ids = itertools.count(1)
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url: str, token: str, *, polite: bool = False) -> Self:
        """Connect, and wait for the hello."""
        socket = await connect(
            url.replace("http", "ws", 1) + "/ws",
            additional_headers={"Authorization": f"Bearer {token}"},
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
            max_size=None,
            compression=None,
            proxy=None,
        )
        self = cls(socket, polite=polite)
        await eventually(lambda: self.of("hello") or socket.close_code)
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    # --- out ---------------------------------------------------------------------------------

    async def say(self, text: str | bytes, *, as_text: bool = True) -> None:
        """Send a message as it is."""
        await self.socket.send(text, text=as_text)

    async def post(self, kind: str, **fields: Any) -> int:
        """Send a request and go on; its id."""
        number = next(self._ids)
        await self.say(json.dumps({"id": number, "do": {"type": kind, **fields}}))
        return number

    async def ask(self, kind: str, **fields: Any) -> Frame:
        """Send a request and wait for its answer, with ``ok`` or ``error``."""
        return await self.answer(await self.post(kind, **fields))

    async def ok(self, kind: str, **fields: Any) -> Frame:
        """Send a request that must be granted; what ``ok`` holds."""
        answer = await self.ask(kind, **fields)
        assert "ok" in answer, answer
        ok: Frame = answer["ok"]
        return ok

    async def answer(self, number: int) -> Frame:
        """The answer to a request."""

        def found() -> Frame | None:
            return next((it for it in self.answers if it["reply"] == number), None)

        result: Frame = await eventually(lambda: found() or self.gone())
        return result

    async def code(self, text: str | bytes, *, as_text: bool = True) -> str:
        """Send a message as it is; the code of the error that it is answered with."""
        before = len(self.answers)
        await self.say(text, as_text=as_text)
        await eventually(lambda: len(self.answers) > before or self.gone())
        return str(self.answers[before].get("error", {}).get("code"))

    # --- in ----------------------------------------------------------------------------------

    def of(self, kind: str) -> list[Frame]:
        """The pushes of a type so far."""
        return [push for push in self.pushes if push["type"] == kind]

    def seqs(self, chat: str) -> list[int]:
        """The seqs of the events pushed of a chat, in the order they came."""
        events = [push["event"] for push in self.of("event")]
        return [event["seq"] for event in events if event["chat"] == chat]

    async def close_code(self) -> int:
        """Wait until the server has closed the socket; the code."""
        async with asyncio.timeout(PATIENCE):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code

    async def close(self) -> None:
        """Be gone."""
        await self.socket.close()
        await self._reader

    def gone(self) -> None:
        """Fail if the socket is closed: what one waits for will never come."""
        if self.socket.close_code is not None:
            raise ConnectionError(f"closed: {self.socket.close_code} {self.socket.close_reason}")

    async def _acknowledge(self, push: Frame) -> None:
        if self._polite and push["type"] == "event":
            mark = {"chat": push["event"]["chat"], "seq": push["event"]["seq"]}
            await self.say(json.dumps({"do": {"type": "received", "marks": [mark]}}))

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for message in self.socket:
                frame = json.loads(message)
                if "push" in frame:
                    self.pushes.append(frame["push"])
                    await self._acknowledge(frame["push"])
                else:
                    self.answers.append(frame)
