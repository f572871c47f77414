"""Messages between people, while fifty others send files."""

import statistics
import subprocess
import sys

import uvloop

from bench.client import Person
from bench.context import Context
from bench.results import Figure, faulty
from bench.scenarios import direct, latency
from bench.scenarios.direct import Pair
from bench.seed import Seeds, seed
from bench.server import chinwag

_UPLOADS = 50
_RATE = 200.0
_PAIRS = 20
_TIMES = 2.0


def measure(context: Context, _: int) -> list[Figure]:
    """From send to delivery, alone and beside the uploads, by turns."""
    with context.folder() as folder:
        pairs, owners = seed(folder, _people)
        with chinwag(folder, None) as server:
            alone: list[float] = []
            beside: list[float] = []
            faults: list[str] = []
            rates: list[float] = []
            for _ in range(3):
                context.step("messages alone")
                found = uvloop.run(latency.run(server, pairs, _RATE, context.seconds / 2))
                alone += found[0]
                context.step(f"messages beside {_UPLOADS} uploads")
                command = [sys.executable, "-m", "bench.files.pushing", str(server.port)]
                tokens = [owner.token for owner in owners]
                with subprocess.Popen([*command, *tokens], stdout=subprocess.PIPE) as pushing:
                    assert pushing.stdout is not None
                    pushing.stdout.readline()  # all have begun
                    found = uvloop.run(latency.run(server, pairs, _RATE, context.seconds / 2))
                    pushing.terminate()
                    rates.append(float(pushing.stdout.readline()))
                beside += found[0]
                faults += found[3]
    idle, busy = (latency.percentile(sorted(times), 0.99) for times in (alone, beside))
    return [
        Figure("beside", "send to delivery, p99, alone", idle, "ms"),
        Figure(
            "beside",
            f"send to delivery, p99, beside {_UPLOADS} uploads",
            busy,
            "ms",
            _TIMES * idle,
            "less",
            notes={
                "p50": latency.percentile(sorted(beside), 0.5),
                "p50 alone": latency.percentile(sorted(alone), 0.5),
                "uploads MiB/s": statistics.mean(rates),
                **faulty(faults),
            },
        ),
    ]


async def _people(seeds: Seeds) -> tuple[list[Pair], list[Person]]:
    return await direct.strangers(seeds, _PAIRS), await seeds.people(_UPLOADS)
