"""The load of `bench.scenarios.direct`, against nodes of which it knows only the ports."""

import asyncio
from collections.abc import Sequence
from functools import partial
from itertools import chain

from bench.client import Wires
from bench.cluster.meter import Meter, Parts, Spent
from bench.quiet import quiet
from bench.scenarios.direct import WARM_UP, Line, Pair, finish, strangers
from bench.seed import sow_all
from chinwag.server.config import Settings

Route = tuple[int, int]
"""Ports of a sender's and a recipient's node."""
_AT_ONCE = 50


def pairs_in(settings: Settings, number: int) -> list[Pair]:
    """So many pairs in the database that the settings name."""
    sizes = [min(_AT_ONCE, number - start) for start in range(0, number, _AT_ONCE)]
    works = [partial(strangers, pairs=size) for size in sizes]
    return [pair for pairs in sow_all(settings, works) for pair in pairs]


async def open_all(lines: Sequence[Line], routes: Sequence[Route]) -> None:
    """Everybody signed in and caught up, along the routes by turns."""
    wires = Wires()
    for start in range(0, len(lines), _AT_ONCE):
        await asyncio.gather(
            *(
                line.open(wires, *routes[number % len(routes)])
                for number, line in enumerate(lines[start : start + _AT_ONCE], start)
            )
        )


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
    faults = await finish(lines)
    if len({*chain(*routes)}) == 1:  # one node does not repeat itself
        faults += [f"{line.repeats} came again" for line in lines if line.repeats]
    return number / spent.seconds, spent, load.share, faults
