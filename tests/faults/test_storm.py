"""Thousands of clients reconnect at once after a restart: all are back and have everything, the
admission holds, and the storm leaves nothing behind in memory.
"""

import asyncio
import json
import resource
import sqlite3
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from chinwag.server.services.tokens import digest, new_token
from faults import checker, crowd
from faults.conftest import Serve
from faults.histories import History
from faults.people import Person, company
from faults.servers import Server, environment
from flows.cast import eventually

CLIENTS = 5_000
PROCESSES = 2
GROUPS = 5
WITHIN = 45.0
MIB = 1024 * 1024
# Files of a process besides its sockets.
_SPARE = 500


def _clients() -> int:
    """As many as the limit on open files, which is raised as far as it may be, lets the server
    have: 5,000, or fewer where the machine is small.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CLIENTS + _SPARE
    most = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    return min(CLIENTS, most - _SPARE)


def _settle(server: Server, number: int) -> dict[str, str]:
    """Accounts with a device each, straight into the tables: user id -> token."""
    made, now = {}, time.time_ns() // 1_000_000
    with closing(sqlite3.connect(server.database)) as connection, connection:
        for index in range(number):
            user, token = str(uuid.uuid4()), new_token()
            made[user] = token
            connection.execute(
                "INSERT INTO accounts (id, handle, name, created_at) VALUES (?, ?, ?, ?)",
                (user, f"crowd{index}", f"Crowd {index}", now),
            )
            connection.execute(
                "INSERT INTO devices (id, account, name, token, created_at, used_at)"
                " VALUES (?, ?, 'lean', ?, ?, ?)",
                (str(uuid.uuid4()), user, digest(token), now, now),
            )
    return made


class Crowd:
    """The processes with the clients, and what they last told."""

    def __init__(self) -> None:
        self.told: list[dict[str, int]] = [{}] * PROCESSES

    def total(self, what: str) -> int:
        """The sum over the processes."""
        return sum(it.get(what, 0) for it in self.told)

    async def read(self, index: int, stream: asyncio.StreamReader) -> None:
        """Take note of what a process tells."""
        while line := await stream.readline():
            self.told[index] = json.loads(line)


@asynccontextmanager
async def _crowd(server: Server, tokens: list[str], folder: Path) -> AsyncIterator[Crowd]:
    it, running, reading = Crowd(), [], []
    try:
        for index in range(PROCESSES):
            file = folder / f"tokens{index}"
            file.write_text("\n".join(tokens[index::PROCESSES]))
            running.append(
                await asyncio.create_subprocess_exec(
                    sys.executable,
                    crowd.__file__,
                    server.url,
                    str(file),
                    stdout=asyncio.subprocess.PIPE,
                    env=environment(),
                )
            )
            reading.append(asyncio.create_task(it.read(index, running[index].stdout)))
        yield it
    finally:
        for process in running:
            process.kill()
            await process.wait()
        await asyncio.gather(*reading)


async def test_everybody_comes_back_at_once(serve: Serve, history: History, tmp_path: Path) -> None:
    number = _clients()
    server = await serve()
    await server.stop()
    made = _settle(server, number)
    users = list(made)
    await server.start()
    async with company(server, [f"admin{n}" for n in range(GROUPS)], history) as admins:
        groups = await asyncio.gather(
            *(_group(admin, users[n::GROUPS]) for n, admin in enumerate(admins))
        )
        async with _crowd(server, list(made.values()), tmp_path) as crowd_:
            await eventually(lambda: crowd_.total("synced") == number, WITHIN)
            await _say(admins, groups, "before")
            await _acknowledged(server, groups)
            steady = server.rss
            assert await server.stop() == 0
            await server.start()
            began = time.monotonic()
            waiting = [await a.send(g, "meanwhile") for a, g in zip(admins, groups, strict=True)]
            await eventually(lambda: crowd_.total("synced") == number, WITHIN)
            print(
                f"{number} back after {time.monotonic() - began:.1f} s; "
                f"{crowd_.total('sent_away')} times told to come back later"
            )
            await asyncio.gather(*waiting)
            await _say(admins, groups, "after")
            database = await _acknowledged(server, groups)
            assert crowd_.total("abrupt") == 0
            after = server.rss
            print(f"memory: {steady / MIB:.0f} MiB before, {after / MIB:.0f} MiB after the storm")
            assert after <= steady * 1.1 + 48 * MIB
        checker.check(database, history, healed=False)
        assert all(send.accepted for send in history.sends.values())
        await eventually(lambda: _only(server, len(admins)), 30)
    assert await server.stop() == 0
    assert server.complaints() == []


async def _only(server: Server, sessions: int) -> bool:
    return await server.metric("sessions") == sessions


async def _group(admin: Person, members: list[str]) -> str:
    """A group of so many, in portions that a command takes."""
    placed = await admin.client.groups.create("many", members[:250])
    for start in range(250, len(members), 250):
        await admin.client.groups.add(placed.chat, *members[start : start + 250])
    return placed.chat


async def _say(admins: list[Person], groups: list[str], text: str) -> None:
    sends = [await a.send(g, text) for a, g in zip(admins, groups, strict=True)]
    await asyncio.gather(*sends)


async def _acknowledged(server: Server, groups: list[str]) -> checker.Database:
    """Wait until every member's device has acknowledged everything; the database then."""

    async def owing() -> checker.Database | None:
        database = await asyncio.to_thread(checker.look, server.database)
        lasts = {chat: last for chat, (_, last, _) in database.chats.items()}
        admins = {database.logs[chat][0].sender for chat in groups}
        owing = [
            seat
            for seat in database.members
            if seat.delivered < lasts[seat.chat] and seat.user not in admins
        ]
        return None if owing else database

    return await eventually(owing, WITHIN)
