"""Resident memory: of a server that nobody uses, and of each session that is there and silent."""

import asyncio

import uvloop

from bench.client import Client, Wires, enter
from bench.context import Context
from bench.results import Figure
from bench.scenarios import direct
from bench.scenarios.direct import Pair
from bench.server import Process, chinwag

_AT_ONCE = 50
_SETTLE = 3.0


async def run(server: Process, pairs: list[Pair]) -> float:
    """Bytes with everybody connected, caught up and silent."""
    wires, turns = Wires(), asyncio.Semaphore(_AT_ONCE)
    clients: list[Client] = []

    async def one(pair: Pair, who: str) -> None:
        async with turns:
            clients.append(await enter(wires, server.port, getattr(pair, who), _ignore))

    await asyncio.gather(*(one(pair, who) for pair in pairs for who in ("sender", "recipient")))
    await asyncio.sleep(_SETTLE)
    rss = server.usage().rss()
    for client in clients:
        client.close()
    return rss


def _ignore(payload: bytes) -> None:
    """Idle sessions look at nothing."""


def measure(context: Context) -> list[Figure]:
    """An idle process first, then the same one with sessions."""
    context.step(f"memory of {context.sessions:,} sessions")
    with context.folder() as folder:
        pairs = direct.sow(folder, context.sessions // 2)
        with chinwag(folder, context.cores.server) as server:
            idle = server.usage().rss()
            busy = uvloop.run(run(server, pairs))
    each = (busy - idle) / (2 * len(pairs))
    return [
        Figure("memory", "idle process, RSS", idle / 2**20, "MiB", 90, "less"),
        Figure(
            "memory",
            f"idle session, RSS (of {2 * len(pairs):,})",
            each / 1024,
            "KiB",
            20,
            "less",
            notes={"whole process MiB": busy / 2**20},
        ),
    ]
