"""From starting the process until it answers that it is ready."""

import statistics

from bench.context import Context
from bench.results import Figure
from bench.scenarios import direct
from bench.server import chinwag

_TIMES = 3


def measure(context: Context) -> list[Figure]:
    """The first start makes the database; the median of those that follow counts."""
    context.step("cold start")
    with context.folder() as folder:
        with chinwag(folder, context.cores.server) as server:
            first = server.started_in
        direct_pairs = direct.sow(folder, 1)
        assert direct_pairs
        again = []
        for _ in range(_TIMES):
            with chinwag(folder, context.cores.server) as server:
                again.append(server.started_in)
    return [
        Figure(
            "start",
            "start to ready",
            statistics.median(again),
            "s",
            1.5,
            "less",
            notes={"first": first, "slowest": max(again)},
        )
    ]
