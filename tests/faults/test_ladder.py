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
from flows.cast import eventually

LIMIT = 4
QUICK = {"ack_timeout": 0.5, "retry_backoff": 0.5, "retry_factor": 1, "retry_limit": LIMIT}
JOBS = "SELECT dead_at > 0, error FROM jobs"
DEAD = (1, "unreachable")
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

        async def crash(moment: str) -> None:
            """Be deaf, and kill the server at this moment."""
            raw = await _deaf(server, ben)
            reading = asyncio.create_task(_drained(raw))
            await (await ann.send(chat, "are you there"))
            await asyncio.to_thread(_kill_when, server, moment)
            await server.ended()
            await reading
            checker.check(checker.look_at_wreck(server.database), history, healed=False)
            print("after the kill:", _fetch(server, JOBS), _fetch(server, FAILURES))
            await server.start()
            hurry([ann])
            await ann.client.wait_online()

        # In the middle of the ladder: the message waits for the next connection.
        await crash("SELECT 1 FROM jobs WHERE attempts = 2")
        assert _fetch(server, FAILURES) == []
        state = ann.client.state.chats[chat]
        assert ann.client.tick(chat, state.last) is Tick.SENT
        # Between the notice to the sender and the burial: it was told once, and is not again.
        await crash("SELECT 1 FROM failures")
        await eventually(lambda: state.failures)
        [first] = _fetch(server, FAILURES)
        assert first[0] == ben.user
        assert first[3:] == ("unreachable", LIMIT)
        # On a busy machine the kill may land behind the burial.
        buried = _fetch(server, JOBS).count(DEAD)
        # And once without a crash, for what was sent since: one notice and one dead letter.
        raw = await _deaf(server, ben)
        reading = asyncio.create_task(_drained(raw))
        await (await ann.send(chat, "and now"))
        await eventually(lambda: _fetch(server, JOBS).count(DEAD) == buried + 1, 30)
        await reading  # the stale session is closed
        [again] = _fetch(server, FAILURES)
        assert again[1] == first[1]
        assert again[2] == state.last
        await eventually(lambda: [it.last for it in state.failures] == [state.last])
        assert ann.client.tick(chat, state.last) is Tick.FAILED

        # A later success turns it into delivered; the dead letter stays for the admin.
        ben.start()
        checker.check(await settled(server, [ann, ben]), history)
        await eventually(lambda: not state.failures)
        await eventually(lambda: ann.client.tick(chat, state.last) is Tick.DELIVERED)
        await eventually(lambda: _fetch(server, FAILURES) == [])
        assert _fetch(server, JOBS).count(DEAD) == buried + 1
        await ben.close()
    assert await server.stop() == 0
    assert server.complaints() == []


async def test_a_restart_forgets_nobody_who_is_silent(serve: Serve, history: History) -> None:
    """What waits to be acknowledged is in memory; who comes back and syncs is watched anew."""
    server = await serve(**QUICK | {"ack_timeout": 2})
    async with company(server, ["ann"], history) as [ann]:
        ben = await Person.sign_up(server.url, "ben", history)
        chat = await direct(ann, ben)
        reading = asyncio.create_task(_drained(await _deaf(server, ben)))
        await (await ann.send(chat, "are you there"))
        os.kill(server.pid, signal.SIGKILL)
        await server.ended()
        await reading
        assert _fetch(server, JOBS) == _fetch(server, FAILURES) == []
        await server.start()
        hurry([ann])
        await ann.client.wait_online()
        state = ann.client.state.chats[chat]
        assert ann.client.tick(chat, state.last) is Tick.SENT

        # A reconnect alone, and all that follows from it.
        await _drained(await _deaf(server, ben))  # the stale session is closed
        await eventually(lambda: _fetch(server, JOBS) == [DEAD])
        [failure] = _fetch(server, FAILURES)
        assert failure[0] == ben.user
        assert failure[2:] == (state.last, "unreachable", LIMIT)
        await eventually(lambda: ann.client.tick(chat, state.last) is Tick.FAILED)

        ben.start()
        checker.check(await settled(server, [ann, ben]), history)
        await eventually(lambda: ann.client.tick(chat, state.last) is Tick.DELIVERED)
        await ben.close()
    assert await server.stop() == 0
    assert server.complaints() == []


POISON = (
    "INSERT INTO jobs (id, kind, key, body, attempts, due_at, created_at)"
    " VALUES ('poison', 'deliver', 'poison', 'no parcel', 4, 0, 0)"
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
        # The one that takes nothing may be cut before it is given up: it comes back and syncs.
        dead = await eventually(lambda: _dead(server, at_least=len(readings) + 1), 60)
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
        assert told >= {person.user for person in deaf[1:]}
        for raw in raws:
            raw.abort()
    assert await server.stop() == 0
    assert server.complaints("jobs.attempt_failed") == []


def _dead(server: Server, at_least: int) -> list[tuple[object, ...]]:
    found = [it for it in _fetch(server, JOBS) if it[0]]
    return found if len(found) >= at_least else []


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
