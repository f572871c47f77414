"""How many clients a second can come: connect, upgrade with a token, hello, sync, caught up; then
they close, and are gone when the server has closed as well.
"""

import asyncio
import itertools

import uvloop

from bench.client import Client, Person, Wires, decode, handshake, sync_frame
from bench.context import Context
from bench.machine import Usage
from bench.quiet import quiet
from bench.results import Figure
from bench.scenarios import direct
from bench.scenarios.direct import WARM_UP
from bench.server import Process, chinwag

_AT_ONCE = 64
_SYNC = sync_frame()


class Visit:
    """One client that comes, catches up and goes."""

    def __init__(self, wires: Wires, person: Person) -> None:
        self.client = Client(wires, handshake(person.token), self._take)
        self.caught_up = False

    async def take_place(self, port: int) -> None:
        """From connecting to the end."""
        await self.client.connect(port)
        await self.client.closed

    def _take(self, payload: bytes) -> None:
        frame = decode(payload)
        if frame.push is not None and frame.push.type == "hello":
            self.client.send(_SYNC)
        elif frame.reply:
            self.caught_up = frame.ok is not None
            self.client.say_goodbye()


async def run(
    server: Process, people: list[Person], seconds: float
) -> tuple[float, Usage, Usage, int]:
    """Visits a second, who was how busy, and how many went wrong."""
    wires, turn = Wires(), itertools.cycle(people)
    done = failed = 0
    stopped = False

    async def come_and_go() -> None:
        nonlocal done, failed
        while not stopped:
            visit = Visit(wires, next(turn))
            try:
                await visit.take_place(server.port)
            except ConnectionError:
                failed += 1
            if visit.caught_up:
                done += 1

    visitors = [asyncio.create_task(come_and_go()) for _ in range(_AT_ONCE)]
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        usage, before = server.usage(), done
        await asyncio.sleep(seconds)
        visits = done - before
        usage.end()
    stopped = True
    await asyncio.gather(*visitors)
    return visits / usage.seconds, usage, load, failed


def measure(context: Context) -> list[Figure]:
    """People with one chat each."""
    context.step("arrivals")
    with context.folder() as folder:
        pairs = direct.sow(folder, 10 * _AT_ONCE)
        people = [pair.sender for pair in pairs]
        with chinwag(folder, context.cores.server) as server:
            rate, usage, load, failed = uvloop.run(run(server, people, context.seconds))
    return [
        Figure(
            "arrivals",
            "sign in by token, sync, close",
            rate,
            "sessions/s",
            2_500,
            server=usage.share,
            load=load.share,
            others=max(usage.others, load.others),
            notes={
                "ms CPU each": 1000 * usage.share / rate if rate else 0,
                **({"FAULTS": failed} if failed else {}),
            },
        )
    ]
