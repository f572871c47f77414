"""The load of `bench.scenarios.direct`, against nodes of which it knows only the ports."""

import asyncio
from collections.abc import Sequence

from bench.client import Wires
from bench.cluster.meter import Meter, Parts, Spent
from bench.quiet import quiet
from bench.scenarios.direct import WARM_UP, Line, LineT, Pair, finish

Route = tuple[int, int]
"""Ports of a sender's and a recipient's node."""


async def open_all(lines: Sequence[LineT], routes: Sequence[Route]) -> None:
    """Everybody signed in and caught up, line by line along the routes."""
    wires = Wires()
    for number, line in enumerate(lines):
        await line.open(wires, *routes[number % len(routes)])


async def flood(
    pairs: list[Pair],
    routes: Sequence[Route],
    window: int,
    seconds: float,
    parts: Parts,
    cores: set[int],
) -> tuple[float, Spent, float, list[str]]:
    """Messages a second to which everything has happened; who spent what; the load's share; what
    was wrong.
    """
    lines = [Line(pair, window) for pair in pairs]
    await open_all(lines, routes)
    for line in lines:
        line.start()
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        meter, before = Meter(parts, cores), sum(line.complete for line in lines)
        await asyncio.sleep(seconds)
        number = sum(line.complete for line in lines) - before
        spent = meter.end()
    return number / spent.seconds, spent, load.share, await finish(lines)
