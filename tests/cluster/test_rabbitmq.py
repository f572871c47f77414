"""RabbitMQ fails its nodes in every way it knows: whoever sends learns it at once, jobs wait, and
all of them are done afterwards.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import aiormq
import msgspec
import pytest
from aiormq.abc import AbstractChannel

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.attempting import Patience
from chinwag.server.adapters.rabbitmq import topology
from chinwag.server.adapters.rabbitmq.broker import RabbitBroker
from chinwag.server.adapters.rabbitmq.notes import Body
from chinwag.server.adapters.rabbitmq.sweeper import Rounds
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.clock import now_ms
from chinwag.server.ports.broker import Job, Verdict
from chinwag.server.ports.store import Tx
from contracts.waiting import eventually, eventually_async
from engines.rabbitmq import RabbitMQ
from faults.network import network_to

PATIENCE = Patience(timeout=0.5, at_once=8, first_pause=0.01, factor=1.5, attempts=5)
ROUNDS = Rounds(every=0.2, late=0.5)


class Node:
    """A broker's side, and what it was told."""

    def __init__(self, name: str, url: str, store: SqliteStore, patience: Patience) -> None:
        self.it = RabbitBroker(url, name, store, patience=patience, rounds=ROUNDS)
        self.name = name
        self.links: list[bool] = []
        self.parcels: list[bytes] = []
        self.keys: list[str] = []

    async def open(self, kind: str | None = "deliver") -> "Node":
        await self.it.consume(self.parcels.append)
        await self.it.open(self.links.append)
        if kind is not None:
            await self.it.work(kind, self.attempt)
        return self

    async def attempt(self, job: Job) -> Verdict:
        self.keys.append(job.key)
        return Verdict()

    @property
    def linked(self) -> bool:
        return bool(self.links) and self.links[-1]


Nodes = Callable[..., Node]


@pytest.fixture
def rabbitmq(own_rabbitmq: RabbitMQ) -> str:
    """A virtual host; another server for the tests that harm none would take longer."""
    return own_rabbitmq.vhost()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "chinwag.db")
    await store.open(lambda batch: None)
    yield store
    await store.close()


@pytest.fixture
async def nodes(store: SqliteStore) -> AsyncIterator[Nodes]:
    """Makes nodes, and closes them."""
    made: list[Node] = []

    def make(name: str, url: str, patience: Patience = PATIENCE) -> Node:
        made.append(Node(name, url, store, patience))
        return made[-1]

    yield make
    for node in made:
        await node.it.close()


def job(key: str, *, due_in: int = 0, node: str = "") -> Job:
    return Job(f"id-{key}", "deliver", key, key.encode(), due_at=now_ms() + due_in, node=node)


async def refused(node: Node, to: str) -> ChinwagError | None:
    """What it says to a parcel, if it does not take it."""
    try:
        await node.it.publish([(to, b"refused?")])
    except ChinwagError as error:
        return error
    return None


async def left(store: SqliteStore, count: int) -> None:
    """Wait until so many jobs wait: what was attempted is written down a moment later."""

    async def so_many() -> bool:
        return await waiting(store) == count

    await eventually_async(so_many)


async def waiting(store: SqliteStore) -> int:
    rows = await store.read(lambda db: db.fetch("SELECT count(*) FROM jobs WHERE dead_at = 0"))
    return int(rows[0][0])


# --- RabbitMQ is away -----------------------------------------------------------------------------


async def test_it_is_killed_and_comes_back(
    own_rabbitmq: RabbitMQ, nodes: Nodes, store: SqliteStore
) -> None:
    url = own_rabbitmq.vhost()
    a, b = await nodes("a", url).open(), await nodes("b", url).open(None)
    await a.it.put([job("long", due_in=2_000)])
    await b.it.publish([("a", b"before")])
    await eventually(lambda: a.parcels == [b"before"])

    await asyncio.to_thread(own_rabbitmq.kill)
    await eventually(lambda: not a.linked and not b.linked)
    started = time.monotonic()
    error = await refused(b, "a")
    assert error is not None
    assert error.kind is errors.UNAVAILABLE
    await b.it.put([job("meanwhile")])
    assert time.monotonic() - started < 4
    late = await nodes("late", url).open(None)
    await late.it.put([job("first")])
    assert not late.linked
    assert await waiting(store) == 3

    await asyncio.to_thread(own_rabbitmq.start)
    await eventually(lambda: sorted(a.keys) == ["first", "long", "meanwhile"])
    await eventually(lambda: a.linked and b.linked and late.linked)
    await eventually(lambda: b.it.gauges()["broker_sending"] == 1)
    await b.it.publish([("a", b"after")])
    await eventually(lambda: a.parcels == [b"before", b"after"])
    await left(store, 0)


async def test_it_freezes(own_rabbitmq: RabbitMQ, nodes: Nodes) -> None:
    node = await nodes("a", own_rabbitmq.vhost()).open()
    await asyncio.to_thread(own_rabbitmq.pause)
    started = time.monotonic()
    assert await refused(node, "a") is not None
    await eventually(lambda: not node.linked)
    assert time.monotonic() - started < 15
    started = time.monotonic()
    assert await refused(node, "a") is not None
    assert time.monotonic() - started < 4, "that it is stuck was known"
    await asyncio.to_thread(own_rabbitmq.resume)
    await node.it.put([job("after")])
    await eventually(lambda: node.linked and node.keys == ["after"])


async def test_its_network_is_cut_off_without_a_word(own_rabbitmq: RabbitMQ, nodes: Nodes) -> None:
    vhost = own_rabbitmq.vhost().rpartition("/")[2]
    async with network_to(own_rabbitmq) as network:
        url = own_rabbitmq.url_at(network.port, vhost)
        a, b = (
            await nodes("a", url).open(),
            await nodes("b", own_rabbitmq.url_at(own_rabbitmq.port, vhost)).open(None),
        )
        network.stall()
        started = time.monotonic()
        await eventually(lambda: not a.linked)
        assert time.monotonic() - started < 15
        network.resume()
        await eventually(lambda: a.linked)
        await b.it.publish([("a", b"1"), ("a", b"2")])
        await eventually(lambda: a.parcels == [b"1", b"2"])


async def test_it_is_far_away(own_rabbitmq: RabbitMQ, nodes: Nodes) -> None:
    """A node that comes back waits for few answers: for each of some thirty in turn it would not be
    connected before it gives up, and begin anew for ever.
    """
    vhost = own_rabbitmq.vhost().rpartition("/")[2]
    async with network_to(own_rabbitmq) as network:
        url = own_rabbitmq.url_at(network.port, vhost)
        a = await nodes("a", url).open()
        network.delay = 0.2
        network.cut()
        await eventually(lambda: a.links == [True, False, True])
        await eventually(lambda: a.it.gauges()["broker_sending"] == 1)
        await a.it.publish([("a", b"from afar")])
        await eventually(lambda: a.parcels == [b"from afar"])
        await a.it.put([job("at once")])
        await eventually(lambda: a.keys == ["at once"])


async def test_its_disk_is_full(own_rabbitmq: RabbitMQ, nodes: Nodes, store: SqliteStore) -> None:
    url = own_rabbitmq.vhost()
    a, b = await nodes("a", url).open(), await nodes("b", url).open(None)
    await b.it.publish([("a", b"before")])
    await asyncio.to_thread(own_rabbitmq.fill_disk)
    try:
        # A connection is told when it publishes next.
        await eventually_async(lambda: _refused(b))
        started = time.monotonic()
        assert await refused(b, "a") is not None
        await b.it.put([job("meanwhile")])
        assert time.monotonic() - started < 4
        assert b.it.gauges()["broker_blocked"] == 1
        await left(store, 1)
        assert a.linked
    finally:
        await asyncio.to_thread(own_rabbitmq.clear_disk)
    await eventually(lambda: a.keys == ["meanwhile"])
    await eventually_async(lambda: _taken(b))
    assert a.links == [True], "an alarm does not keep parcels from arriving"


async def _refused(node: Node) -> bool:
    return await refused(node, "a") is not None


async def _taken(node: Node) -> bool:
    return await refused(node, "a") is None


# --- messages of jobs get lost, doubled, or kill --------------------------------------------------


async def test_its_disk_is_lost(own_rabbitmq: RabbitMQ, nodes: Nodes, store: SqliteStore) -> None:
    url = own_rabbitmq.vhost()
    vhost = url.rpartition("/")[2]
    a = await nodes("a", url).open()
    await a.it.put([job("later", due_in=1_500), job("sooner", due_in=700)])
    own_rabbitmq.drop_vhost(url)
    await eventually(lambda: not a.linked)
    own_rabbitmq.vhost(vhost)
    await eventually(lambda: a.keys == ["sooner", "later"])
    await left(store, 0)


async def test_two_messages_of_one_job_do_it_once(
    rabbitmq: str, nodes: Nodes, store: SqliteStore
) -> None:
    a, b = await nodes("a", rabbitmq).open(None), await nodes("b", rabbitmq).open(None)
    made: list[str] = []

    async def attempt(job: Job) -> Verdict:
        made.append(job.key)
        await asyncio.sleep(0.05)
        return Verdict(done=job.key == "last" or made.count("once") == 2, delay=200)

    await a.it.put([job("once")])
    note = msgspec.msgpack.encode(Body("id-once", "deliver", 0))
    async with aiormq.connect(rabbitmq) as connection:
        channel = await connection.channel()
        for _ in range(5):
            await channel.basic_publish(note, exchange=topology.JOBS, routing_key="deliver")
    await a.it.work("deliver", attempt)
    await b.it.work("deliver", attempt)
    await eventually(lambda: made == ["once", "once"])
    await b.it.put([job("last")])
    await eventually(lambda: made == ["once", "once", "last"])
    await left(store, 0)


class Killer:
    """A job, beside a harmless one, whose every attempt is the end of the node that makes it. The
    clock stands still meanwhile, as far as it goes: `passes` moves it.
    """

    def __init__(self, url: str, nodes: Nodes, store: SqliteStore) -> None:
        self.url = url
        self.nodes = nodes
        self.store = store
        self.begun = 0

    async def put(self) -> Node:
        """Both jobs; who put them only watches."""
        watching = await self.nodes("watching", self.url).open(None)
        await watching.it.put([job("killer"), job("harmless", due_in=3_600_000)])
        return watching

    async def tries(self) -> None:
        """A node begins an attempt, and ends with it."""
        before = self.begun
        node = await self.begins()
        await eventually(lambda: self.begun > before)
        await node.it.close()

    async def begins(self) -> Node:
        """A node that would attempt it."""
        node = self.nodes("victim", self.url, replace(PATIENCE, timeout=60))
        await (await node.open(None)).it.work("deliver", self._kills)
        return node

    async def passes(self, due_in: int) -> None:
        """The job is due in so many ms."""

        async def work(tx: Tx) -> None:
            sql = "UPDATE jobs SET due_at = $1 WHERE id = 'id-killer'"
            await tx.execute(sql, tx.now + due_in)

        await self.store.transact(work)

    async def _kills(self, job: Job) -> Verdict:
        self.begun += 1
        await asyncio.Event().wait()
        return Verdict()


@pytest.fixture
def killer(rabbitmq: str, nodes: Nodes, store: SqliteStore) -> Killer:
    return Killer(rabbitmq, nodes, store)


@pytest.mark.parametrize("due_in", [300, 0], ids=["soon", "late"])
async def test_a_job_that_kills_whoever_tries_it_is_buried(killer: Killer, due_in: int) -> None:
    """Whether the next node is there soon, or only when another attempt is due."""
    watching = await killer.put()
    for _ in range(5):
        await killer.tries()
        await killer.passes(due_in)
    await killer.begins()
    await _buried(watching, killer)


async def test_it_is_buried_also_when_its_messages_are_lost(killer: Killer) -> None:
    watching = await killer.put()
    async with aiormq.connect(killer.url) as connection:
        channel = await connection.channel()
        for _ in range(5):
            await killer.tries()
            await eventually_async(lambda: _purged(channel))
            await killer.passes(0)
    await killer.begins()
    await _buried(watching, killer)


async def _purged(channel: AbstractChannel) -> int | None:
    return (await channel.queue_purge(topology.work_queue("deliver"))).message_count


async def _buried(watching: Node, killer: Killer) -> None:
    await eventually_async(watching.it.dead)
    (letter,) = await watching.it.dead()
    assert (letter.key, letter.error) == ("killer", "nobody survived the attempt")
    assert letter.attempts == killer.begun == 5
    await left(killer.store, 1)


# --- jobs of one node -----------------------------------------------------------------------------


async def test_what_concerns_a_nodes_sessions_no_other_attempts(
    rabbitmq: str, nodes: Nodes
) -> None:
    a, b = await nodes("a", rabbitmq).open(), await nodes("b", rabbitmq).open()
    await a.it.put([job(f"a{n}", due_in=n * 20, node="a") for n in range(10)])
    await a.it.put([job(f"b{n}", due_in=n * 20, node="b") for n in range(10)])
    await eventually(lambda: len(a.keys) == len(b.keys) == 10)
    assert sorted(a.keys) == [f"a{n}" for n in range(10)]


async def test_what_concerned_a_dead_nodes_sessions_is_forgotten(
    rabbitmq: str, nodes: Nodes, store: SqliteStore
) -> None:
    a, b = await nodes("a", rabbitmq).open(), await nodes("b", rabbitmq).open()
    await a.it.put([job("device", due_in=3_600_000, node="a"), job("any", due_in=3_600_000)])
    await a.it.close()
    await b.it.put([replace(job("device", node="b"), id="id-2")])
    await eventually(lambda: b.keys == ["device"])  # the dead node's does not keep it away
    await left(store, 2)
    again = await nodes("a", rabbitmq).open()
    await left(store, 1)
    assert again.keys == []


# --- parcels --------------------------------------------------------------------------------------


async def test_parcels_for_a_node_that_is_not_there_are_kept_for_a_look(
    rabbitmq: str, nodes: Nodes
) -> None:
    a = await nodes("a", rabbitmq).open()
    await a.it.publish([("gone", b"x"), ("a", b"y")])
    await eventually(lambda: a.parcels == [b"y"])
    async with aiormq.connect(rabbitmq) as connection:
        channel = await connection.channel()
        found = await channel.basic_get(topology.UNROUTABLE)
        assert (found.body, found.routing_key) == (b"x", "gone")


async def test_a_node_that_takes_nothing_holds_up_no_other(
    rabbitmq: str, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topology, "_PARCELS", 10)
    a, stuck = await nodes("a", rabbitmq).open(), nodes("stuck", rabbitmq)
    await stuck.it.open(stuck.links.append)  # its parcels are held, and nobody takes them
    for n in range(10):
        await a.it.publish([("stuck", b"%d" % n)])
    # That it is full is known to who sends, so that nothing is lost without a word.
    await eventually_async(lambda: _full(a))
    await a.it.publish([("a", b"well")])
    await eventually(lambda: b"well" in a.parcels)
    await stuck.it.consume(stuck.parcels.append)
    await eventually(lambda: stuck.parcels[:10] == [b"%d" % n for n in range(10)])


async def _full(node: Node) -> bool:
    error = await refused(node, "stuck")
    return error is not None and error.kind is errors.BUSY


async def test_a_wrong_password_is_said_without_it(
    rabbitmq: str, nodes: Nodes, capsys: pytest.CaptureFixture[str]
) -> None:
    node = await nodes("a", rabbitmq.replace("guest:guest", "guest:s3cret")).open()
    assert not node.linked
    said = capsys.readouterr()
    assert "rabbitmq.link_lost" in said.out + said.err
    assert "s3cret" not in said.out + said.err
