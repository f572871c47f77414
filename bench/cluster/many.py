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
from bench.cluster.meter import Parts, on_cores, spread
from bench.cluster.world import World, folder, node, running
from bench.quiet import quiet
from bench.results import Figure, faulty
from bench.scenarios.direct import Pair, finish
from bench.scenarios.latency import Timed, percentile, send_on_time
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
TALKS = 500
"""Chats in which that is said: 4 messages a second in each."""
LINKS = ("database_url", "broker_url", "registry_url")
_TURNS = 6
_WARM_UP = 1.0
_PAUSE = 0.3


@dataclass(slots=True)
class Machines:
    """The engines, and as many nodes as have been started."""

    world: World
    postgres: Postgres
    rabbitmq: RabbitMQ
    redis: Redis
    nodes: list[Node]

    @property
    def settings(self) -> Settings:
        """For what works on the same data."""
        return Settings(
            database_url=self.postgres.url,
            broker_url=self.rabbitmq.url,
            registry_url=self.redis.url,
        )

    def add(self, **settings: object) -> Node:
        """One more node, on the next core."""
        number = len(self.nodes)
        links = {name: getattr(self.settings, name) for name in LINKS}
        another = node(f"node{number + 1}", **links, **settings)
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
        # Without upkeep, which begins after a minute and would be counted in what is measured then.
        postgres = Postgres(data, durable=True, autovacuum="off")
        made = Machines(world, postgres, RabbitMQ(), Redis(), [])
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
        pairs = lines.pairs_in(made.settings, world.pairs)
        figures = []
        for count in range(1, NODES + 1):
            made.add()
            figures.append(_flood(made, pairs, mixed(made.ports), f"{count} nodes, all mixed"))
        figures.append(_flood(made, pairs, crossed(made.ports), f"{NODES} nodes, all crossed"))
        return figures + _latencies(made)


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


class Case:
    """People of whom all talk along the same routes."""

    def __init__(self, name: str, pairs: list[Pair], routes: list[Route]) -> None:
        self.name = name
        self.times: list[float] = []
        self.faults: list[str] = []
        self._pairs = pairs
        self._routes = routes

    async def open(self) -> None:
        """Everybody signs in."""
        self._lines = [Timed(pair, self.times) for pair in self._pairs]
        await lines.open_all(self._lines, self._routes)

    async def talk(self, seconds: float) -> None:
        """Send; give what is on its way the time to arrive."""
        await send_on_time(self._lines, RATE, seconds)
        await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """Let everything happen to every message."""
        self.faults = await finish(self._lines)

    def figure(self, base: float | None) -> Figure:
        """``base``: the p99 that it is compared with."""
        times = sorted(self.times)
        p99 = percentile(times, 0.99)
        return Figure(
            "latency",
            f"send to delivery, {self.name}, p99 at {RATE:,}/s",
            p99,
            "ms",
            base and TIMES_ONE * base,
            "less",
            notes={
                "p50": percentile(times, 0.5),
                "p90": percentile(times, 0.9),
                "p99.9": percentile(times, 0.999),
                **({"of one node": f"{p99 / base:.2f} ×"} if base else {}),
                **faulty(self.faults),
            },
        )


def _latencies(made: Machines) -> list[Figure]:
    """By turns, so that the disk and the machine treat all alike: a node that is alone with a
    database of its own; two people on one of three nodes; two people on two of them. Everything may
    run on every core but the load's: who waits for a core that is taken is not what this is about.
    """
    world = made.world
    database = made.postgres.database("alone")
    people = lines.pairs_in(Settings(database_url=database), TALKS)
    alone = node("alone", database_url=database)
    with running(alone):
        one, same, cross = (
            Case("one node alone", people, [(alone.port, alone.port)]),
            Case(
                f"on one of {NODES} nodes",
                lines.pairs_in(made.settings, TALKS),
                [(port, port) for port in made.ports],
            ),
            Case(
                f"across {NODES} nodes",
                lines.pairs_in(made.settings, TALKS),
                crossed(made.ports),
            ),
        )
        everything = (alone, *made.nodes, made.postgres, made.rabbitmq, made.redis)
        spread(everything, set(world.cores) - {world.load} or {world.load})
        world.step(
            f"latency at {RATE:,} messages/s in {TALKS} chats: one node, three nodes, across"
        )
        with on_cores({world.load}):
            uvloop.run(_turns((one, same, cross), world.seconds))
    base = percentile(sorted(one.times), 0.99)
    return [one.figure(None), same.figure(base), cross.figure(base)]


async def _turns(cases: Sequence[Case], seconds: float) -> None:
    for case in cases:
        await case.open()
        await case.talk(_WARM_UP)
        case.times.clear()
    with quiet():
        for _ in range(_TURNS):
            for case in cases:
                await case.talk(seconds / _TURNS)
    for case in cases:
        await case.close()
