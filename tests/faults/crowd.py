"""Many lean clients in one process: for the storm of reconnects after a restart.

``python crowd.py URL TOKENS`` connects a client for every line of the file TOKENS. Each syncs,
acknowledges everything it gets, and comes back by itself, as the server told it to. Once a second
the process writes how many clients are up and synced, how often they were sent away with a time to
come back, and how many closings were without a goodbye, as a line of JSON.
"""

import asyncio
import json
import random
import sys
from pathlib import Path

import msgspec
import picows
import uvloop

from chinwag.sdk.connection import socket_url

_CLOSE = picows.WSMsgType.CLOSE
_TEXT = picows.WSMsgType.TEXT
_PATIENCE = 60.0
# At the beginning they come in order; the storm is for later.
_AT_FIRST = 100


class _Event(msgspec.Struct):
    chat: str
    seq: int


class _Head(msgspec.Struct):
    chat: str
    last: int


class _Push(msgspec.Struct):
    type: str
    event: _Event | None = None
    heads: list[_Head] = []
    reconnect_after: int = 0


class _Ok(msgspec.Struct):
    since: str = ""


class _Frame(msgspec.Struct):
    reply: int = 0
    ok: _Ok | None = None
    push: _Push | None = None


_decode = msgspec.json.Decoder(_Frame).decode


class Tally:
    """What became of this process's clients."""

    def __init__(self) -> None:
        self.synced = self.sent_away = self.abrupt = 0


class One(picows.WSListener):
    """One client, over all its connections."""

    def __init__(self, url: str, token: str, tally: Tally) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}", "Sec-WebSocket-Protocol": "chinwag.v1"}
        self._tally = tally
        self._since: str | None = None
        self._pause: float | None = None
        self._told = self._up = self._open = False
        self._over: asyncio.Future[None]

    async def live(self, first: asyncio.Semaphore) -> None:
        """Stay connected for ever."""
        async with first:
            await self._connect()
        while True:
            await self._over
            self._tally.abrupt += not self._told
            await self._wait()
            await self._connect()

    async def _connect(self) -> None:
        """Try until it goes."""
        while not await self._try():
            await self._wait()

    async def _try(self) -> bool:
        self._over = asyncio.get_running_loop().create_future()
        self._pause, self._told, self._open = None, False, False
        try:
            await picows.ws_connect(
                lambda: self,
                self._url,
                extra_headers=self._headers,
                websocket_handshake_timeout=_PATIENCE,
                enable_auto_pong=False,
            )
        except picows.WSHandshakeError as error:
            if error.response is not None and int(error.response.status) in (503, 429):
                self._tally.sent_away += 1
                self._pause = float(error.response.headers.get("Retry-After", 1))
        except (OSError, TimeoutError, picows.WSError):
            pass
        return self._open  # picows may end a handshake that was cut as if it had gone well

    async def _wait(self) -> None:
        await asyncio.sleep(random.uniform(0, 2) if self._pause is None else self._pause)

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        self._transport = transport
        self._open = True
        since = {"since": self._since} if self._since else {}
        self._send({"id": 1, "do": {"type": "sync", "inline": 1, **since}})

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if frame.msg_type is _TEXT:
            self._take(_decode(frame.get_payload_as_memoryview()))
        elif frame.msg_type is _CLOSE:
            self._told = frame.get_close_code() == 1012
            transport.send_close(picows.WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, transport: picows.WSTransport) -> None:
        self._tally.synced -= self._up
        self._up = False
        if not self._over.done():
            self._over.set_result(None)

    def _take(self, frame: _Frame) -> None:
        if frame.reply == 1 and frame.ok is not None:
            self._since = frame.ok.since
            self._tally.synced += not self._up
            self._up = True
        elif frame.push is not None:
            push = frame.push
            if push.event is not None:
                self._acknowledge(push.event.chat, push.event.seq)
            for head in push.heads:
                self._acknowledge(head.chat, head.last)
            if push.type == "goodbye":
                self._pause = push.reconnect_after / 1000

    def _acknowledge(self, chat: str, seq: int) -> None:
        self._send({"do": {"type": "received", "marks": [{"chat": chat, "seq": seq}]}})

    def _send(self, request: object) -> None:
        self._transport.send(_TEXT, msgspec.json.encode(request))


async def main(url: str, tokens: list[str]) -> None:
    """Live until killed."""
    tally, first = Tally(), asyncio.Semaphore(_AT_FIRST)
    async with asyncio.TaskGroup() as tasks:
        for token in tokens:
            tasks.create_task(One(socket_url(url), token, tally).live(first))
        while True:
            await asyncio.sleep(0.25)
            print(json.dumps(vars(tally)), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], Path(sys.argv[2]).read_text().split()))
