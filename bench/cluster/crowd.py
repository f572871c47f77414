"""Many light clients in a process of its own: they come, and when they lose their node they come
again, as the SDK does it, and ask what they missed.

`python -m bench.cluster.crowd PORT` reads a person's token and chat a line from its input. It says
in JSON, a line each time something has changed, how many are there, were lost, came back, and when
the last did.
"""

import asyncio
import json
import os
import random
import re
import sys
import time

import uvloop

from bench.client import Client, Wires, decode, handshake, masked, sync_frame

_AT_ONCE = 40
_BACKOFF = (0.5, 30.0)
_RETRY_AFTER = re.compile(r"\bretry-after: (\d+)", re.IGNORECASE)
_SAY_SECONDS = 0.1
_SYNC_SECONDS = 10.0


class Books:
    """On all clients of this process."""

    def __init__(self) -> None:
        self.there = self.lost = self.back = self.refused = 0
        self.last = 0.0

    async def say(self) -> None:
        """Whenever something has changed."""
        before = ""
        while True:
            line = json.dumps({name: getattr(self, name) for name in vars(self)})
            if line != before:
                before = line
                print(line, flush=True)
            await asyncio.sleep(_SAY_SECONDS)


class Visitor:
    """Somebody who wants to be there."""

    def __init__(self, port: int, person: str, books: Books, wires: Wires) -> None:
        self._port = port
        self._token, _, chat = person.partition(" ")
        received = {"type": "received", "marks": [{"chat": chat, "seq": 1}]}
        self._received = masked(json.dumps({"do": received}).encode())
        self._books = books
        self._wires = wires
        self._since: str | None = None
        self._synced: asyncio.Future[None]

    async def stay(self, doors: asyncio.Semaphore) -> None:
        """For ever. ``doors``: so many come at once at the beginning, and only then."""
        async with doors:
            client = await self._come_at_last()
        self._books.there += 1
        while True:
            await client.closed
            self._books.lost += 1
            await self._pause(0)
            client = await self._come_at_last()
            self._books.back += 1
            self._books.last = time.time()

    async def _come_at_last(self) -> Client:
        """Try until it goes well, as patiently as the SDK."""
        attempts = 0
        while True:
            try:
                return await self._come()
            except (OSError, TimeoutError) as error:
                self._books.refused += 1
                attempts += 1
                asked = _RETRY_AFTER.search(str(error))
                await self._pause(attempts, int(asked[1]) if asked else 0)

    async def _pause(self, attempts: int, at_least: int = 0) -> None:
        """The SDK's, with full jitter, but no shorter than asked for."""
        low, high = _BACKOFF
        pause = random.uniform(0, min(high, low * 2 ** min(attempts, 10)))
        await asyncio.sleep(max(at_least, pause))

    async def _come(self) -> Client:
        """Connect, and be caught up."""
        loop = asyncio.get_running_loop()
        self._synced = loop.create_future()
        client = Client(
            self._wires, handshake(self._token) + sync_frame(since=self._since), self._take
        )
        async with asyncio.timeout(_SYNC_SECONDS):
            await client.connect(self._port)
            await asyncio.wait((self._synced, client.closed), return_when="FIRST_COMPLETED")
        if not self._synced.done():
            raise ConnectionError("closed before it was caught up")
        self._synced.result()
        client.send(self._received)
        return client

    def _take(self, payload: bytes) -> None:
        if self._synced.done():
            return
        answer = decode(payload)
        if answer.reply == 1 and answer.ok is not None:
            self._since = answer.ok.since
            self._synced.set_result(None)
        elif answer.reply == 1:
            self._synced.set_exception(ConnectionError(bytes(answer.error).decode()))


async def main(port: int, people: list[str]) -> None:
    """Until killed."""
    books, wires, doors = Books(), Wires(), asyncio.Semaphore(_AT_ONCE)
    visitors = [Visitor(port, person, books, wires) for person in people]
    async with asyncio.TaskGroup() as group:
        group.create_task(books.say())
        for visitor in visitors:
            group.create_task(visitor.stay(doors))


if __name__ == "__main__":
    # Thousands of machines are not slower because their neighbour has something to do: whoever is
    # measured beside them goes first.
    os.nice(10)
    uvloop.run(main(int(sys.argv[1]), sys.stdin.read().splitlines()))
