"""Somebody comes back after a week: a thousand chats, thirty of which changed meanwhile."""

import asyncio
import json
import sqlite3
import statistics
import time
from pathlib import Path

import msgspec
import uvloop

from bench.client import Client, Person, Wires, Writer, decode, enter, handshake, sync_frame
from bench.context import Context
from bench.machine import Usage
from bench.results import Figure
from bench.scenarios.direct import TEXT
from bench.seed import DATABASE, Seeds, seed
from bench.server import Process, chinwag

CHATS = 1_000
CHANGED = 30
OLD = 100
"""Messages in each chat from before."""
NEW = 40
_TIMES = 50


def sow(folder: Path) -> tuple[Person, list[tuple[Person, str]]]:
    """Somebody, and the people of the direct chats with the ids of these."""

    async def work(seeds: Seeds) -> tuple[Person, list[tuple[Person, str]]]:
        person, peers = await seeds.person(), await seeds.people(CHATS)
        return person, [(peer, await seeds.direct(person, peer)) for peer in peers]

    person, chats = seed(folder, work)
    body = json.dumps({"kind": "message", "text": TEXT}, separators=(",", ":"))
    with sqlite3.connect(folder / DATABASE) as database:
        database.executemany(
            "INSERT INTO events (chat, seq, kind, sender, at, count, client_id, digest, hidden,"
            " body) VALUES (?, ?, 'message', ?, ?, ?, ?, x'', 0, ?)",
            (
                (chat, seq, peer.user, 1_700_000_000_000 + seq, seq - 1, f"{chat}-{seq}", body)
                for peer, chat in chats
                for seq in range(2, OLD + 2)
            ),
        )
        database.execute("UPDATE chats SET last = ?, count = ?", (OLD + 1, OLD))
        database.execute("UPDATE members SET delivered = ?, read = ?, shown = ?", (OLD + 1,) * 3)
        database.execute("UPDATE members SET read_count = ?", (OLD,))
    database.close()
    return person, chats


class Caller:
    """A client that waits for answers."""

    def __init__(self, wires: Wires, person: Person) -> None:
        self.client = Client(wires, handshake(person.token), self._take)
        self._waiting: asyncio.Future[msgspec.Struct] | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.bytes = 0

    async def sync(self, since: str | None) -> tuple[str, int, float]:
        """The new token, how many chats came, and the seconds it took."""
        self._waiting = asyncio.get_running_loop().create_future()
        self.bytes = 0
        started = time.perf_counter()
        self.client.send(sync_frame(since=since))
        ok = await self._waiting
        return ok.since, ok.chats, time.perf_counter() - started  # type: ignore[attr-defined]

    def _take(self, payload: bytes) -> None:
        self.bytes += len(payload)
        frame = decode(payload)
        if frame.reply and self._waiting is not None:
            assert frame.ok is not None, payload
            self._waiting.set_result(frame.ok)
        elif frame.push is not None and frame.push.type == "hello":
            self.ready.set_result(None)


async def syncs(caller: Caller, since: str | None, server: Process) -> tuple[float, Usage, int]:
    """The median of many times the same sync, and its number of chats."""
    usage, times, chats = server.usage(), [], 0
    for _ in range(_TIMES):
        _, chats, seconds = await caller.sync(since)
        times.append(seconds)
    return statistics.median(times), usage.end(), chats


async def run(
    server: Process, person: Person, chats: list[tuple[Person, str]]
) -> list[tuple[float, Usage, int, int]]:
    """The sync of what changed, and the one of everything."""
    wires = Wires()
    caller = Caller(wires, person)
    await caller.client.connect(server.port)
    await caller.ready
    since, _, _ = await caller.sync(None)
    for peer, chat in chats[:CHANGED]:
        await _write(wires, server.port, peer, chat)
    found = []
    for token in (since, None):
        seconds, usage, number = await syncs(caller, token, server)
        found.append((seconds, usage, number, caller.bytes))
    caller.client.close()
    return found


async def _write(wires: Wires, port: int, peer: Person, chat: str) -> None:
    """The peer's messages of the week."""
    answers = 0
    done = asyncio.get_running_loop().create_future()

    def take(payload: bytes) -> None:
        nonlocal answers
        answers += decode(payload).reply > 0
        if answers == NEW and not done.done():
            done.set_result(None)

    client = await enter(wires, port, peer, take)
    writer = Writer(chat, TEXT)
    for _ in range(NEW):
        client.send(writer.next())
    await done
    client.close()


def measure(context: Context) -> list[Figure]:
    """The time is a round trip on an idle server; its CPU time stands beside it."""
    context.step("sync after a week away")
    with context.folder() as folder:
        person, chats = sow(folder)
        with chinwag(folder, context.cores.server) as server:
            (some, some_usage, some_chats, some_bytes), (every, every_usage, every_chats, _) = (
                uvloop.run(run(server, person, chats))
            )
    return [
        Figure(
            "away",
            f"sync, {some_chats} of {CHATS:,} chats changed",
            some * 1000,
            "ms",
            30,
            "less",
            some_usage.share,
            notes={
                "ms CPU": 1000 * some_usage.cpu / _TIMES,
                "KiB": some_bytes / 1024,
            },
        ),
        Figure(
            "away",
            f"sync of everything, {every_chats:,} chats",
            every * 1000,
            "ms",
            server=every_usage.share,
            notes={"ms CPU": 1000 * every_usage.cpu / _TIMES},
        ),
    ]
