"""A node dies: how long until everybody it had is back elsewhere and caught up, and what those
notice meanwhile who were elsewhere already.

Everybody comes through HAProxy. The clients are in processes of their own (`bench.cluster.crowd`).
Those who go on talking are on the other two nodes, one on each.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvloop

from bench.cluster import lines
from bench.cluster.many import NODES, Machines, crossed, machines
from bench.cluster.meter import on_cores, spread
from bench.cluster.world import World, running
from bench.results import Figure, faulty
from bench.scenarios.direct import Pair, finish
from bench.scenarios.latency import Timed, percentile, send_on_time
from engines.haproxy import HAProxy

PROCESSES = 2
TALKS = 100
RATE = 500
"""Messages a second of those who were elsewhere."""
BACK_WITHIN = 15
P99_WITHIN = 250
_CALM = 3.0
_STEP = 0.25
_PATIENCE = 90.0


def measure(world: World) -> list[Figure]:
    """Three nodes, of which the last is killed."""
    with machines(world) as made:
        crowd = lines.pairs_in(made.settings, world.clients // 2)
        talks = lines.pairs_in(made.settings, TALKS)
        for _ in range(NODES):
            # The clients are silent, which nobody is to hold against them.
            made.add(heartbeat=300, trusted_proxies="127.0.0.1")
        proxy = HAProxy({each.name: each.port for each in made.nodes})
        with running(proxy):
            everything = (*made.nodes, made.postgres, made.rabbitmq, made.redis, proxy)
            spread(everything, set(world.cores) - {world.load} or {world.load})
            with on_cores({world.load}), crowds(proxy.port, crowd) as processes:
                return uvloop.run(_exodus(made, Crowds(processes), talks))


@contextmanager
def crowds(port: int, pairs: list[Pair]) -> Iterator[list["subprocess.Popen[str]"]]:
    """The clients, who come by and by."""
    people = [f"{one.token} {pair.chat}" for pair in pairs for one in (pair.sender, pair.recipient)]
    processes = []
    try:
        for number in range(PROCESSES):
            process = subprocess.Popen(
                [sys.executable, "-m", "bench.cluster.crowd", str(port)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            processes.append(process)
            assert process.stdin is not None
            process.stdin.write("\n".join(people[number::PROCESSES]))
            process.stdin.close()
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


class Crowds:
    """What the processes say of their clients."""

    def __init__(self, processes: "list[subprocess.Popen[str]]") -> None:
        self._said: list[dict[str, float]] = [{} for _ in processes]
        for number, process in enumerate(processes):
            Thread(target=self._listen, args=(number, process), daemon=True).start()

    def _listen(self, number: int, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._said[number] = json.loads(line)

    def number(self, what: str) -> int:
        """Of all."""
        return int(sum(said.get(what, 0) for said in self._said))

    @property
    def last(self) -> float:
        """When somebody came back for the last time."""
        return max(said.get("last", 0.0) for said in self._said)


async def _exodus(made: Machines, crowd: Crowds, talks: list[Pair]) -> list[Figure]:
    world = made.world
    world.step(f"{world.clients:,} clients come to {NODES} nodes")
    began, clients = time.monotonic(), world.clients // 2 * 2
    while crowd.number("there") < clients:
        if time.monotonic() - began > _PATIENCE:
            return [_failed(f"only {crowd.number('there'):,} came within {_PATIENCE:.0f} s")]
        await asyncio.sleep(_STEP)
    came = clients / (time.monotonic() - began)
    times: list[float] = []
    timed = [Timed(pair, times) for pair in talks]
    await lines.open_all(timed, crossed(made.ports[:-1]))
    talking = asyncio.create_task(_talk(timed))
    await asyncio.sleep(_CALM)
    calm = sorted(times)
    world.step("one node is killed")
    times.clear()
    killed = time.time()
    await asyncio.to_thread(made.nodes[-1].kill)
    back = await _until_back(crowd, clients)
    meanwhile = sorted(times)
    talking.cancel()
    faults = await finish(timed)
    if not back:
        lost = crowd.number("lost") - crowd.number("back")
        return [_failed(f"{lost:,} were not back after {_PATIENCE:.0f} s")]
    lost = crowd.number("lost")
    return [
        Figure(
            "exodus",
            f"{clients:,} clients, one of {NODES} nodes killed: all are back",
            crowd.last - killed,
            "s",
            BACK_WITHIN,
            "less",
            notes={
                "were on it": lost,
                "tries in vain": crowd.number("refused"),
                "at first they came /s": came,
            },
        ),
        Figure(
            "exodus",
            f"meanwhile, elsewhere: send to delivery, p99 at {RATE}/s",
            percentile(meanwhile, 0.99),
            "ms",
            P99_WITHIN,
            "less",
            notes={
                "p50": percentile(meanwhile, 0.5),
                "worst": meanwhile[-1] * 1000,
                "before, p50": percentile(calm, 0.5),
                "before, p99": percentile(calm, 0.99),
                **faulty(faults),
            },
        ),
    ]


async def _talk(timed: list[Timed]) -> None:
    while True:
        await send_on_time(timed, RATE, _STEP)


async def _until_back(crowd: Crowds, clients: int) -> bool:
    """Whether all that were lost are back; some must have been lost."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        await asyncio.sleep(_STEP)
        lost = crowd.number("lost")
        if lost >= clients // NODES * 0.9 and crowd.number("back") == lost:
            return True
    return False


def _failed(why: str) -> Figure:
    return Figure("exodus", "one node killed", 0, "s", notes={"FAULTS": why})
