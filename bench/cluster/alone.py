"""One node and PostgreSQL on one core, beside ejabberd and the bare pipeline on the same core with
the same PostgreSQL: durable one-to-one messages.

They take turns, so that a minute in which the machine is slow is slow for all of them: two of them
idle, one has the load. PostgreSQL waits for the disk before it says that something is committed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import asyncpg
import uvloop

from bench.client import Person
from bench.cluster import ejabberd, lines, xmpp
from bench.cluster.bare import TABLES
from bench.cluster.ejabberd import Ejabberd
from bench.cluster.meter import Parts, Spent, on_cores
from bench.cluster.world import Bare, World, folder, node, running
from bench.results import Figure, faulty
from bench.scenarios.direct import Pair
from chinwag.server.config import Settings
from engines.engine import Engine
from engines.postgres import Postgres

WINDOWS = (1, 8, 32)
TIMES_PEER, OF_BARE = 10, 0.5

Got = tuple[float, Spent, float, list[str]]
Load = Callable[[int, Parts], Awaitable[Got]]
"""What runs with so many in flight, and gives a rate, who spent what, the load's share, faults."""


class Rival(NamedTuple):
    """One of those that are compared."""

    name: str
    engine: Engine
    load: Load


def measure(world: World) -> list[Figure]:
    """Each rival's rates, and how chinwag compares."""
    figures, rates = [], dict[str, dict[int, float]]()
    with folder() as data, on_cores({world.one}):
        # Upkeep begins after a minute, and would be counted in whatever is measured just then.
        postgres = Postgres(data, durable=True, autovacuum="off")
        with running(postgres):
            rivals = _rivals(world, postgres)
            with running(*(rival.engine for rival in rivals)):
                for rival in rivals:
                    if isinstance(rival.engine, Ejabberd):
                        rival.engine.register(2 * world.pairs)
                for window in WINDOWS:
                    for rival in rivals:
                        world.step(f"{rival.name} + PostgreSQL on one core, {window} in flight")
                        parts = {rival.name: [rival.engine], "PostgreSQL": [postgres]}
                        with on_cores({world.load}):
                            got = uvloop.run(rival.load(window, parts))
                        rates.setdefault(rival.name, {})[window] = got[0]
                        figures.append(_figure(world, rival, window, got))
    return figures + _ratios(rates)


def _rivals(world: World, postgres: Postgres) -> list[Rival]:
    rivals = []
    if why := ejabberd.missing():
        world.step(f"SKIPPED: {why}")
    else:
        peer = Ejabberd(postgres.database("ejabberd"))

        def xmpp_load(window: int, parts: Parts) -> Awaitable[Got]:
            return xmpp.pairs(peer.port, world.pairs, window, world.seconds, parts, {world.one})

        rivals.append(Rival("ejabberd", peer, xmpp_load))

    def load(port: int, pairs: list[Pair]) -> Load:
        return lambda window, parts: lines.flood(
            pairs, [(port, port)], window, world.seconds, parts, {world.one}
        )

    database = postgres.database("bare")
    bare = Bare(database)
    rivals.append(Rival("bare", bare, load(bare.port, _chats(database, world.pairs))))
    database = postgres.database("chinwag")
    pairs = lines.pairs_in(Settings(database_url=database), world.pairs)
    chinwag = node("node", database_url=database)
    return [*rivals, Rival("chinwag", chinwag, load(chinwag.port, pairs))]


def _chats(database: str, number: int) -> list[Pair]:
    """For the bare pipeline, which takes a token's word for who somebody is."""
    chats = [f"01933f3a-7c00-7000-8000-{n:012d}" for n in range(number)]

    async def make() -> None:
        connection = await asyncpg.connect(database)
        await connection.execute(TABLES)
        await connection.executemany(
            "INSERT INTO chats (id, last) VALUES ($1, 1)", [(chat,) for chat in chats]
        )
        await connection.close()

    asyncio.run(make())
    return [Pair(Person(chat, f"{chat}:0"), Person(chat, f"{chat}:1"), chat) for chat in chats]


def _figure(world: World, rival: Rival, window: int, got: Got) -> Figure:
    rate, spent, load, faults = got
    each = spent.microseconds(rate * spent.seconds)
    return Figure(
        "alone",
        f"{rival.name} + PostgreSQL, one core, {world.pairs} × {window} in flight",
        rate,
        "messages/s",
        server=spent.share,
        load=load,
        others=spent.others,
        notes={
            **{f"{part} µs": spent for part, spent in each.items()},
            "a CPU second": rate * spent.seconds / spent.total,
            **faulty(faults),
        },
    )


def _ratios(rates: dict[str, dict[int, float]]) -> list[Figure]:
    return [
        Figure(
            "ratios",
            f"{one} to {other}, {window} in flight",
            rates[one][window] / rate,
            "×",
            target,
        )
        for one, other, target in (
            ("chinwag", "ejabberd", TIMES_PEER),
            ("chinwag", "bare", OF_BARE),
            ("bare", "ejabberd", None),
        )
        for window, rate in rates.get(other, {}).items()
    ]
