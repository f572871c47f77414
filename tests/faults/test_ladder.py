"""The retry ladder through crashes: told once, dead once, and over when the message arrives (S13);
and what cannot be delivered delays nobody else (S14).
"""

import asyncio
import itertools
import os
import signal
import sqlite3
import time
from contextlib import closing

from chinwag.sdk import Tick
from faults import checker
from faults.conftest import Serve
from faults.histories import History
from faults.people import Person, company, direct, group_of, hurry, settled
from faults.raw import Raw, ask
from faults.servers import Server

LIMIT = 4
QUICK = {"ack_timeout": 0.5, "retry_backoff": 0.5, "retry_factor": 1, "retry_limit": LIMIT}
JOBS = "SELECT attempts, dead_at > 0, error FROM jobs"
FAILURES = "SELECT account, first, last, reason, attempts FROM failures"


def _fetch(server: Server, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(server.database)) as connection:
        return connection.execute(sql).fetchall()


def _kill_when(server: Server, sql: str) -> None:
    """``kill -9`` as soon as the query gives something."""
    pid, until = server.pid, time.monotonic() + 30
    with closing(sqlite3.connect(server.database)) as connection:
        while not connection.execute(sql).fetchall():
            assert time.monotonic() < until, sql
        os.kill(pid, signal.SIGKILL)


async def _deaf(server: Server, person: Person) -> Raw:
    """A session of the person that lives, and acknowledges nothing."""
    raw = await Raw.session(server, person.client.token, receive_buffer=None)
    raw.send(ask(1, type="sync"))
    return raw


async def _drained(raw: Raw) -> None:
    """Take what comes, and say nothing."""
    while await raw.next() is not None:
        pass


async def test_crashes_between_the_steps(serve: Serve, history: History) -> None:
    server = await serve(**QUICK)
    async with company(server, ["ann"], history) as [ann]:
        ben = await Person.sign_up(server.url, "ben", history)
        chat = await direct(ann, ben)
        raw = await _deaf(server, ben)
        reading = asyncio.create_task(_drained(raw))
        await (await ann.send(chat, "are you there"))
        # Killed on the ladder, and again between the notice to the sender and the burial.
        for moment in ("SELECT 1 FROM jobs WHERE attempts = 2", "SELECT 1 FROM failures"):
            await asyncio.to_thread(_kill_when, server, moment)
            await server.ended()
            await reading
            checker.check(checker.look_at_wreck(server.database), history, healed=False)
            print("after the kill:", _fetch(server, JOBS))
            await server.start()
            raw = await _deaf(server, ben)
            reading = asyncio.create_task(_drained(raw))
            hurry([ann])
            await ann.client.wait_online()
        async with asyncio.timeout(30):
            while _fetch(server, JOBS) != [(LIMIT, 1, "unreachable")]:
                await asyncio.sleep(0.05)
        await reading  # the stale session is closed
        [failure] = _fetch(server, FAILURES)
        assert failure[0] == ben.user
        assert failure[3:] == ("unreachable", LIMIT)
        async with asyncio.timeout(10):
            while not ann.client.state.chats[chat].failures:
                await asyncio.sleep(0.02)
        state = ann.client.state.chats[chat]
        assert [(it.user, it.attempts) for it in state.failures] == [(ben.user, LIMIT)]
        assert ann.client.tick(chat, state.last) is Tick.FAILED

        # A later success turns it into delivered; the dead letter stays for the admin.
        ben.start()
        checker.check(await settled(server, [ann, ben]), history)
        async with asyncio.timeout(10):
            while ann.client.tick(chat, state.last) is not Tick.DELIVERED or state.failures:
                await asyncio.sleep(0.02)
        assert _fetch(server, FAILURES) == []
        assert len(_fetch(server, JOBS)) == 1
        await ben.close()
    assert await server.stop() == 0
    assert server.complaints() == []


POISON = (
    "INSERT INTO jobs (id, kind, key, body, attempts, due_at, created_at)"
    " VALUES ('poison', 'deliver', 'poison', 'no parcel', 1, 0, 0)"
)


async def test_poison_delays_nobody(serve: Serve, history: History) -> None:
    """A job that cannot even be read, sessions that acknowledge nothing and one that takes
    nothing, in a chat of their own; order and completeness of the others' chats hold.
    """
    server = await serve(**QUICK)
    await server.stop()
    with closing(sqlite3.connect(server.database)) as connection, connection:
        connection.execute(POISON)
    await server.start()
    async with company(server, ["ann", "ben", "cat"], history) as people:
        deaf = [await Person.sign_up(server.url, f"deaf{n}", history) for n in range(4)]
        sick = await people[2].client.groups.create("sick", [it.user for it in deaf])
        raws = [await _deaf(server, person) for person in deaf]
        readings = [asyncio.create_task(_drained(raw)) for raw in raws[1:]]
        healthy = await group_of(people[:2], "healthy")
        stop = asyncio.Event()
        ill = asyncio.create_task(people[2].talk([sick.chat], stop))
        well = asyncio.create_task(_one_by_one(people[0], healthy, stop))
        await history.until(lambda: sum(1 for it in history.sends.values() if it.accepted) > 200)
        async with asyncio.timeout(60):
            while len(dead := [it for it in _fetch(server, JOBS) if it[1]]) < len(deaf) + 1:
                await asyncio.sleep(0.05)
        stop.set()
        await ill
        print(f"accepted within {await well:.0f} ms at p99, with dead letters {dead}")
        await asyncio.gather(*readings)
        database = await settled(server, people)
        for person in deaf:
            history.devices.pop(person.device)
            await person.close()
        checker.check(database, history)
        told = {it.user for it in people[2].client.state.chats[sick.chat].failures}
        assert told == {person.user for person in deaf}
        for raw in raws:
            raw.abort()
    assert await server.stop() == 0
    assert server.complaints("jobs.attempt_failed") == []


async def _one_by_one(person: Person, chat: str, stop: asyncio.Event) -> float:
    """Send one after another until told to stop; the 99th percentile of the wait, in ms."""
    waits = []
    for number in itertools.count():
        if stop.is_set():
            return sorted(waits)[int(len(waits) * 0.99)] * 1000
        started = time.perf_counter()
        await (await person.send(chat, f"well {number}"))
        waits.append(time.perf_counter() - started)
    raise AssertionError
