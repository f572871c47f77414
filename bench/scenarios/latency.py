"""From send to delivery, at a quarter of the rate that the server can do.

Messages go out by a constant schedule, whatever comes back, and the clock starts when a message
was due: a stall counts for every message it kept waiting, not for one.
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import uvloop

from bench.context import Context
from bench.machine import Usage
from bench.quiet import quiet
from bench.results import Figure, faulty
from bench.scenarios import direct
from bench.scenarios.direct import Line, Pair
from bench.server import Process, chinwag


class Timed(Line):
    """A line that notes how long each message took."""

    def __init__(self, pair: Pair, times: list[float]) -> None:
        super().__init__(pair, window=0)
        self.stopped = True  # nothing is sent but by the schedule
        self._due: deque[float] = deque()
        self._times = times

    def send_due(self, due: float) -> None:
        """One more message, that was due then."""
        self._due.append(due)
        self.send()

    def _at_recipient(self, payload: bytes) -> None:
        before = self.delivered
        super()._at_recipient(payload)
        if self.delivered > before:
            self._times.append(time.perf_counter() - self._due.popleft())


async def run(
    server: Process, pairs: list[Pair], rate: float, seconds: float
) -> tuple[list[float], Usage, Usage, list[str]]:
    """The latencies in seconds, in the order of their ends."""
    times: list[float] = []
    lines = await direct.open_all(server, pairs, lambda pair: Timed(pair, times))
    with quiet() as load:
        usage = server.usage()
        await send_on_time(lines, rate, seconds)
        usage.end()
    return times, usage, load, await direct.finish(lines)


async def send_on_time(lines: Sequence[Timed], rate: float, seconds: float) -> None:
    """So many messages a second, by turns."""
    start, sent = time.perf_counter(), 0
    while (now := time.perf_counter() - start) < seconds:
        while sent / rate <= now:
            lines[sent % len(lines)].send_due(start + sent / rate)
            sent += 1
        await asyncio.sleep(0.001)


def percentile(times: list[float], part: float) -> float:
    """In milliseconds, of sorted seconds."""
    return times[min(len(times) - 1, int(part * len(times)))] * 1000


def flush_times(folder: Path, seconds: float) -> list[float]:
    """How long the disk takes to make 40 KB durable, some 200 times a second, sorted: no message
    can be acknowledged sooner, and a disk that stalls holds up all of them.
    """
    block, times, end = os.urandom(40_000), [], time.monotonic() + seconds
    descriptor = os.open(folder / "flushed", os.O_WRONLY | os.O_CREAT)
    try:
        while time.monotonic() < end:
            os.pwrite(descriptor, block, len(times) % 500 * len(block))
            started = time.perf_counter()
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - started)
            time.sleep(0.004)
    finally:
        os.close(descriptor)
    return sorted(times)


def measure(context: Context) -> list[Figure]:
    """At a quarter of what `direct` found with 8 in flight."""
    with context.folder() as folder:
        pairs = direct.sow(folder, context.pairs)
        with chinwag(folder, context.cores.server) as server:
            if "direct" not in context.found:
                context.step("the rate to take a quarter of")
                found = uvloop.run(direct.run(server, pairs, 8, 3))
                context.found["direct"] = found.rate
            rate = context.found["direct"] / 4
            context.step(f"latency at {rate:,.0f} messages/s")
            times, usage, load, faults = uvloop.run(run(server, pairs, rate, context.seconds))
        context.step("what the bare disk takes")
        flushes = flush_times(folder, context.seconds)
    times.sort()
    return [
        Figure(
            "latency",
            f"send to delivery, p99 at {rate:,.0f}/s",
            percentile(times, 0.99),
            "ms",
            20,
            "less",
            usage.share,
            load.share,
            max(usage.others, load.others),
            {
                "p50": percentile(times, 0.5),
                "p99.9": percentile(times, 0.999),
                "worst": times[-1] * 1000,
                "bare fdatasync p99": flushes[int(0.99 * len(flushes))] * 1000,
                "its worst": flushes[-1] * 1000,
                **faulty(faults),
            },
        )
    ]
