"""A room of a hundred, spread over three nodes, beside a room of ejabberd: what a core delivers.

Deliveries are divided by all the CPU time that was spent on them, on every node and by every
engine: the three nodes have more cores than ejabberd here, and get nothing for it.
"""

import uvloop

from bench.client import Person
from bench.cluster import ejabberd, xmpp
from bench.cluster.ejabberd import Ejabberd
from bench.cluster.many import NODES, Machines, machines
from bench.cluster.meter import Meter, Spent, on_cores
from bench.cluster.world import World, running
from bench.results import Figure, faulty
from bench.scenarios import group
from bench.scenarios.group import SENDERS, WINDOW
from bench.seed import Seeds, sow

TIMES_PEER = 5


def measure(world: World) -> list[Figure]:
    """Deliveries a second of a core, of both, and how they compare."""
    with machines(world) as made:
        figures = [_chinwag(made)]
        if why := ejabberd.missing():
            world.step(f"SKIPPED: {why}")
            return figures
        figures.append(_ejabberd(made))
    ours, theirs = (figure.value for figure in figures)
    ratio = Figure("ratios", "a room, chinwag to ejabberd, a core", ours / theirs, "×", TIMES_PEER)
    return [*figures, ratio]


def _chinwag(made: Machines) -> Figure:
    world = made.world

    async def work(seeds: Seeds) -> tuple[list[Person], str]:
        people = await seeds.people(world.members)
        return people, await seeds.group(people, "Everybody")

    people, chat = sow(made.settings, work)
    for _ in range(NODES):
        made.add()
    world.step(f"room of {world.members} over {NODES} nodes")
    with on_cores({world.load}):
        rate, spent, load, faults, _ = uvloop.run(
            group.run(
                made.ports, people, chat, world.seconds, lambda: Meter(made.parts, made.cores)
            )
        )
    return _figure(f"chinwag, {NODES} nodes", world, rate, spent, load.share, faults)


def _ejabberd(made: Machines) -> Figure:
    world = made.world
    peer = Ejabberd(made.postgres.database("ejabberd"))
    with on_cores({world.one}), running(peer):
        peer.register(world.members)
        peer.make_room("everybody")
        world.step(f"room of {world.members} of ejabberd")
        with on_cores({world.load}):
            rate, spent, load, faults = uvloop.run(
                xmpp.room(
                    peer.port,
                    "everybody",
                    (world.members, SENDERS, WINDOW),
                    world.seconds,
                    {"ejabberd": [peer], "PostgreSQL": [made.postgres]},
                    {world.one},
                )
            )
    return _figure("ejabberd", world, rate, spent, load, faults)


def _figure(
    name: str, world: World, rate: float, spent: Spent, load: float, faults: list[str]
) -> Figure:
    each = spent.microseconds(rate * spent.seconds)
    return Figure(
        "room",
        f"room of {world.members}, {name}, by CPU time",
        rate * spent.seconds / spent.total,
        "deliveries/s of a core",
        server=spent.share,
        load=load,
        others=spent.others,
        notes={
            "deliveries/s": rate,
            **{f"{part} µs": cost for part, cost in each.items()},
            **faulty(faults),
        },
    )
