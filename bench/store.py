"""What a stored message costs: CPU and time of `Store.append`, by the size of the batch.

    python -m bench.store [--busy] [--nodes] [folder | postgresql://...]

Each batch holds 4 messages a chat, and for each chat a mark: by turns delivered and read.
``--busy`` keeps the event loop's thread computing meanwhile, as a server under load does. With the
URL of an empty PostgreSQL database that is measured, ``--nodes`` as one node of several; beside it
`bare`: one statement a batch that gives out seqs and inserts the messages, and nothing else.
"""

import asyncio
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import asyncpg
import psutil
import uvloop
from uuid_utils import uuid7

from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.store import Batch, Entry, Mark, Store, Tx

T = TypeVar("T")
Cost = Callable[[], float]

CHATS = 2_000
ROUNDS = {1: 2_000, 4: 1_000, 50: 400, 400: 100}
BODY = b'{"kind":"message","text":"' + b"lorem ipsum dolor sit amet, " * 4 + b'"}'
DIGEST = bytes(32)


def _ids(n: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(n)]


async def _fill(store: Store, chats: list[str], people: list[tuple[str, str]]) -> None:
    async def work(tx: Tx) -> None:
        for chat, pair in zip(chats, people, strict=True):
            await tx.execute("INSERT INTO chats (id, kind) VALUES ($1, 'direct')", chat)
            for user in pair:
                sql = "INSERT INTO members (chat, account) VALUES ($1, $2)"
                await tx.execute(sql, chat, user)

    await store.transact(work)


def _batch(size: int, chats: list[str], people: list[tuple[str, str]], last: list[int]) -> Batch:
    entries, marks = [], []
    for n in random.sample(range(CHATS), max(1, size // 4)):
        sender, other = people[n]
        for _ in range(min(size, 4)):
            cid = str(uuid7())
            entry = Entry(
                chats[n], sender, "message", BODY, client_id=cid, digest=DIGEST, counted=True
            )
            entries.append(entry)
        last[n] += len(entries[-4:]) if size >= 4 else 1
        read = last[n] if last[n] % 8 == 0 else 0
        mark = Mark(chats[n], other, last[n], read)
        mark.shown = True
        marks.append(mark)
    return Batch(entries, marks)


async def _spin() -> None:
    while True:
        end = time.perf_counter() + 0.004
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0)


async def _measure(store: Store, *, busy: bool, cost: Cost) -> None:
    await store.open(lambda batch: store.told([batch.receipt]) if batch.receipt else None)
    chats = _ids(CHATS)
    people = list(zip(_ids(CHATS), _ids(CHATS), strict=True))
    await _fill(store, chats, people)
    last = [0] * CHATS
    spin = asyncio.ensure_future(_spin()) if busy else None
    _head()
    for size, rounds in ROUNDS.items():
        batches = [_batch(size, chats, people, last) for _ in range(30 if busy else rounds)]
        await _time("store", size, batches, store.append, cost)
    if spin is not None:
        spin.cancel()
    await store.close()


def _head() -> None:
    print(
        f"{'':>6} {'batch':>6} {'us/msg':>8} {'cpu us/msg':>11} {'server us':>10}"
        f" {'p50 ms':>8} {'p99 ms':>8} {'max':>8}"
    )


async def _time(
    name: str, size: int, work: Sequence[T], run: Callable[[T], Awaitable[object]], cost: Cost
) -> None:
    times = []
    server = cost()
    cpu, began = time.process_time(), time.perf_counter()
    for each in work:
        start = time.perf_counter()
        await run(each)
        times.append((time.perf_counter() - start) * 1e3)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - began
    server = cost() - server
    times.sort()
    unit = 1e6 / (size * len(work))
    print(
        f"{name:>6} {size:>6} {wall * unit:>8.1f} {cpu * unit:>11.1f} {server * unit:>10.1f}"
        f" {times[len(work) // 2]:>8.2f} {times[len(work) * 99 // 100]:>8.2f} {times[-1]:>8.2f}"
    )


# --- the same server, bare -----------------------------------------------------------------------

_TABLES = """
CREATE TABLE bare_chats (id text COLLATE "C" PRIMARY KEY, last bigint NOT NULL DEFAULT 0);
CREATE TABLE bare_events (chat text COLLATE "C", seq bigint, sender text COLLATE "C",
  client_id text COLLATE "C", body text, at timestamptz DEFAULT now(), PRIMARY KEY (chat, seq));
CREATE UNIQUE INDEX ON bare_events (client_id, sender);
"""
_BARE = """
WITH entry AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
    WITH ORDINALITY AS entry (chat, sender, client_id, body, n)
), chat AS (
  UPDATE bare_chats SET last = last + n FROM (SELECT chat, count(*) AS n FROM entry GROUP BY chat) a
  WHERE id = a.chat RETURNING id, last - n AS base
)
INSERT INTO bare_events (chat, seq, sender, client_id, body)
SELECT e.chat, base + row_number() OVER (PARTITION BY e.chat ORDER BY n), sender, client_id, body
FROM entry e JOIN chat ON id = e.chat RETURNING client_id, seq
"""


async def _measure_bare(url: str, cost: Cost) -> None:
    database = await asyncpg.connect(url, server_settings={"jit": "off"})
    await database.execute(_TABLES)
    chats = _ids(CHATS)
    await database.execute("INSERT INTO bare_chats (id) SELECT unnest($1::text[])", chats)
    await database.execute("ANALYZE bare_chats")
    await database.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
    statement = await database.prepare(_BARE)
    people = list(zip(_ids(CHATS), _ids(CHATS), strict=True))

    async def append(batch: Batch) -> None:
        entries = batch.entries
        await statement.fetch(
            [e.chat for e in entries],
            [e.sender for e in entries],
            [e.client_id for e in entries],
            [e.body.decode() for e in entries],
        )

    for size, rounds in ROUNDS.items():
        batches = [_batch(size, chats, people, [0] * CHATS) for _ in range(rounds)]
        await _time("bare", size, batches, append, cost)
    await database.close()


def _server_cost(url: str) -> Cost:
    """The CPU seconds that all processes of the server have used, if it runs on this machine."""
    port = str(urlsplit(url).port or 5432)
    for process in psutil.process_iter():
        if process.name() == "postgres" and any(
            c.laddr.port == int(port) and c.status == psutil.CONN_LISTEN
            for c in process.net_connections()
        ):
            server = process
            break
    else:
        return lambda: 0.0

    def used() -> float:
        total = 0.0
        for process in (server, *server.children()):
            times = process.cpu_times()
            total += times.user + times.system
        return total

    return used


def main() -> None:
    """Measure in a folder of its own, which is removed, or in the database given."""
    args = [arg for arg in sys.argv[1:] if not arg.startswith("--")]
    busy = "--busy" in sys.argv
    if args and args[0].startswith("postgres"):
        url, cost = args[0], _server_cost(args[0])
        store = PostgresStore(url, exclusive="--nodes" not in sys.argv)
        uvloop.run(_measure(store, busy=busy, cost=cost))
        uvloop.run(_measure_bare(url, cost))
        return
    folder = Path(tempfile.mkdtemp(dir=args[0] if args else None))
    try:
        store = SqliteStore(folder / "chinwag.db")
        asyncio.run(_measure(store, busy=busy, cost=lambda: 0.0))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
