"""Nodes on one machine: what a message costs each part, how the rate grows with the nodes, and what
it takes to reach somebody on another node.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import uvloop

from bench.cluster import lines
from bench.cluster.lines import Route
from bench.cluster.meter import Parts, on_cores
from bench.cluster.world import World, folder, node, running
from bench.quiet import quiet
from bench.results import Figure, faulty
from bench.scenarios.direct import Pair, finish, strangers
from bench.scenarios.latency import Timed, percentile, send_on_time
from bench.seed import sow
from chinwag.server.config import Settings
from engines.engine import start_all
from engines.node import Node
from engines.postgres import Postgres
from engines.rabbitmq import RabbitMQ
from engines.redis import Redis

WINDOW = 8
NODES = 3
TIMES_ONE = 2
RATE = 2_000
"""Messages a second that every deployment here does with ease."""
_TURNS = 4


@dataclass(slots=True)
class Machines:
    """The engines, and as many nodes as have been started."""

    world: World
    postgres: Postgres
    rabbitmq: RabbitMQ
    redis: Redis
    nodes: list[Node]

    @property
    def settings(self) -> dict[str, str]:
        """For what works on the same data."""
        return {
            "database_url": self.postgres.url,
            "broker_url": self.rabbitmq.url,
            "registry_url": self.redis.url,
        }

    def add(self, **settings: object) -> Node:
        """One more node, on the next core."""
        number = len(self.nodes)
        another = node(f"node{number + 1}", **{**self.settings, **settings})
        self.nodes.append(another)
        with on_cores({self.world.of_node(number)}):
            another.start()
        return another

    @property
    def parts(self) -> Parts:
        """By the names under which their time is told."""
        return {
            "nodes": self.nodes,
            "PostgreSQL": [self.postgres],
            "RabbitMQ": [self.rabbitmq],
            "Redis": [self.redis],
        }

    @property
    def cores(self) -> set[int]:
        """All that these run on."""
        return {self.world.one, *(self.world.of_node(n) for n in range(len(self.nodes)))}

    @property
    def ports(self) -> list[int]:
        """Of the nodes."""
        return [each.port for each in self.nodes]


@contextmanager
def machines(world: World) -> Iterator[Machines]:
    """The engines, running, without a node; PostgreSQL waits for the disk."""
    with folder() as data, on_cores({world.one}):
        made = Machines(world, Postgres(data, durable=True), RabbitMQ(), Redis(), [])
        try:
            start_all(made.postgres, made.rabbitmq, made.redis)
            yield made
        finally:
            for engine in (*made.nodes, made.redis, made.rabbitmq, made.postgres):
                engine.kill()


def mixed(ports: Sequence[int]) -> list[Route]:
    """Everybody is anywhere: of three pairs one is on one node."""
    return [(one, other) for one in ports for other in ports]


def crossed(ports: Sequence[int]) -> list[Route]:
    """Nobody is where the other is."""
    return [(one, other) for one, other in mixed(ports) if one != other]


def measure(world: World) -> list[Figure]:
    """All of it over one database."""
    with machines(world) as made:
        pairs = sow(
            Settings(database_url=made.postgres.url),
            lambda seeds: strangers(seeds, world.pairs),
        )
        figures = []
        for count in range(1, NODES + 1):
            made.add()
            figures.append(_flood(made, pairs, mixed(made.ports), f"{count} nodes, all mixed"))
        figures.append(_flood(made, pairs, crossed(made.ports), f"{NODES} nodes, all crossed"))
        return figures + _latencies(made, pairs)


def _flood(made: Machines, pairs: list[Pair], routes: list[Route], name: str) -> Figure:
    world = made.world
    world.step(f"{name}, {WINDOW} in flight")
    with on_cores({world.load}):
        rate, spent, load, faults = uvloop.run(
            lines.flood(pairs, routes, WINDOW, world.seconds, made.parts, made.cores)
        )
    each = spent.microseconds(rate * spent.seconds)
    return Figure(
        "many",
        f"{name}, {world.pairs} × {WINDOW} in flight",
        rate,
        "messages/s",
        server=spent.share,
        load=load,
        others=spent.others,
        notes={
            **{f"{part} µs": cost for part, cost in each.items()},
            "a CPU second": 1e6 / sum(each.values()) if each else 0,
            **faulty(faults),
        },
    )


def _latencies(made: Machines, pairs: list[Pair]) -> list[Figure]:
    """By turns, so that the disk and the machine treat all alike: a node that is alone with a
    database of its own; two people on one of three nodes; two people on two of them.
    """
    world = made.world
    database = made.postgres.database("alone")
    others = sow(Settings(database_url=database), lambda seeds: strangers(seeds, world.pairs))
    alone = node("alone", database_url=database)
    with on_cores({world.of_node(0)}), running(alone):
        cases = {
            "one node alone": (others, [(alone.port, alone.port)]),
            f"on one of {NODES} nodes": (pairs, [(port, port) for port in made.ports]),
            f"across {NODES} nodes": (pairs, crossed(made.ports)),
        }
        times: dict[str, list[float]] = {name: [] for name in cases}
        faults: dict[str, list[str]] = {name: [] for name in cases}
        for turn in range(_TURNS):
            for name, (some, routes) in cases.items():
                world.step(f"latency at {RATE:,} messages/s, {name}, turn {turn + 1} of {_TURNS}")
                with on_cores({world.load}):
                    took, wrong = uvloop.run(_timed(some, routes, world.seconds / 2))
                times[name] += took
                faults[name] += wrong
    base = percentile(sorted(times["one node alone"]), 0.99)
    return [
        Figure(
            "latency",
            f"send to delivery, {name}, p99 at {RATE:,}/s",
            percentile(sorted(took), 0.99),
            "ms",
            None if number == 0 else TIMES_ONE * base,
            "less",
            notes={
                "p50": percentile(sorted(took), 0.5),
                "p99.9": percentile(sorted(took), 0.999),
                "of one node": f"{percentile(sorted(took), 0.99) / base:.2f} ×",
                **faulty(faults[name]),
            },
        )
        for number, (name, took) in enumerate(times.items())
    ]


async def _timed(
    pairs: list[Pair], routes: list[Route], seconds: float
) -> tuple[list[float], list[str]]:
    """Seconds from when each message was due to its delivery."""
    times: list[float] = []
    timed = [Timed(pair, times) for pair in pairs]
    await lines.open_all(timed, routes)
    with quiet():
        await send_on_time(timed, RATE, 0.5)  # what is done once a session is done now
        await asyncio.sleep(0.1)
        times.clear()
        await send_on_time(timed, RATE, seconds)
    return times, await finish(timed)
