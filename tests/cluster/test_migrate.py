"""`chinwag migrate`: nothing is lost on the way, however often it is cut off, and clients go on."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import chinwag
from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.adapters.sqlite.backup import Steps
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.moving import Ahead, Moved, MoveError, to_postgres, to_sqlite
from chinwag.server.moving.tables import BATCH
from chinwag.server.ports.store import Unusable
from contracts.opened import Opened, mark, message
from engines.postgres import Postgres
from flows.cast import eventually, sign_up
from flows.raw import Raw
from flows.servers import Server

SOURCE = str(Path(chinwag.__file__).parents[1])
_THERE = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'chinwag'"
)


class CutOff(Exception):
    """The power went."""


class Cut(Steps):
    """Goes well for so many steps."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, what: str) -> None:
        self.left -= 1
        if self.left < 0:
            raise CutOff


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "chinwag", "migrate", *words]


def environment(**settings: object) -> dict[str, str]:
    plain = {name: it for name, it in os.environ.items() if not name.startswith("CHINWAG_")}
    told = {f"CHINWAG_{name.upper()}": str(value) for name, value in settings.items()}
    return plain | told | {"PYTHONPATH": SOURCE, "COLUMNS": "200"}


def run(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """`chinwag migrate`, as its operator runs it."""
    return subprocess.run(
        command(*words),
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


async def filled(path: Path, messages: int = 30) -> None:
    """An installation with something in every table that a store fills by itself."""
    opened = Opened(lambda: SqliteStore(path))
    await opened.open()
    for number in range(3):
        await opened.execute(
            "INSERT INTO accounts (id, handle) VALUES ($1, $2)", f"u{number}", f"name{number}"
        )
    await opened.chat("chat1", "u0", "u1")
    await opened.chat("chat2", "u0", "u1", "u2")
    code = "INSERT INTO sign_up_codes (code, kind) VALUES ($1, 'invite')"
    await opened.execute(code, b"\x00\xff binary")
    entries = [
        message(f"chat{n % 2 + 1}", f"u{n % 2}", f"id{n}", f"töxt {n}") for n in range(messages)
    ]
    for start in range(0, messages, 1000):
        await opened.append(*entries[start : start + 1000])
    await opened.mark(mark("chat1", "u1", 3, 2), mark("chat2", "u2", 1))
    await opened.store.close()


async def contents(opened: Opened) -> list[Any]:
    """What must be the same before and after."""
    statements = (
        "SELECT * FROM events ORDER BY chat, seq",
        "SELECT * FROM members ORDER BY chat, account",
        "SELECT * FROM chats ORDER BY id",
        "SELECT * FROM accounts ORDER BY id",
        "SELECT * FROM receipts ORDER BY chat, account, kind, seq",
        "SELECT * FROM sign_up_codes ORDER BY code",
        "SELECT value FROM meta WHERE key = 'generation'",
    )
    return [await opened.fetch(sql) for sql in statements]


async def test_there_and_back_and_cut_off_at_every_step(tmp_path, postgres) -> None:
    path = tmp_path / "there" / "chinwag.db"
    await filled(path)
    sqlite = Opened(lambda: SqliteStore(path))
    await sqlite.open()
    before, change = await contents(sqlite), sqlite.store._newest()
    await sqlite.store.close()

    cut = 0
    while True:
        try:
            moved = await to_postgres(path, postgres, Cut(cut))
            break
        except CutOff:
            cut += 1
            if cut > 1:  # the first is before anything is in the target
                with pytest.raises(Unusable, match="half"):
                    await PostgresStore(postgres).open(lambda batch: None)
    assert isinstance(moved, Moved)
    assert cut > 20
    assert moved.tables["events"].rows == 30
    with pytest.raises(Unusable, match="moved to PostgreSQL"):
        await SqliteStore(path).open(lambda batch: None)
    with pytest.raises(MoveError, match="moved to another database already"):
        await to_postgres(path, postgres)

    there = Opened(lambda: PostgresStore(postgres))
    await there.open()
    assert await contents(there) == before
    (newest,) = await there.mark(mark("chat2", "u1", 2))
    assert newest.change > change, "changes go on growing"
    after = await contents(there)
    await there.store.close()

    back = tmp_path / "back" / "chinwag.db"
    cut = 0
    while not back.exists():
        try:
            await to_sqlite(postgres, back, Cut(cut))
        except CutOff:
            assert not back.exists()
            cut += 1
    assert cut > 20
    with pytest.raises(Unusable, match="moved to SQLite"):
        await PostgresStore(postgres).open(lambda batch: None)
    home = Opened(lambda: SqliteStore(back))
    await home.open()
    assert await contents(home) == after
    (last,) = await home.mark(mark("chat2", "u1", 3))
    assert last.change > newest.change
    await home.store.close()


async def test_a_server_that_was_refused_is_gone_for_whoever_looks_next(tmp_path, postgres) -> None:
    path = tmp_path / "chinwag.db"
    await filled(path)
    with pytest.raises(CutOff):
        await to_postgres(path, postgres, Cut(1))
    watching = await asyncpg.connect(postgres)
    for _ in range(20):
        with pytest.raises(Unusable, match="half"):
            await PostgresStore(postgres).open(lambda batch: None)
        assert await watching.fetchval(_THERE) == 0
    await watching.close()


async def test_what_changed_between_two_runs_is_moved_again(tmp_path, postgres) -> None:
    path = tmp_path / "chinwag.db"
    await filled(path)
    with pytest.raises(CutOff):
        await to_postgres(path, postgres, Cut(15))
    sqlite = Opened(lambda: SqliteStore(path))
    await sqlite.open()  # somebody could not wait
    await sqlite.execute("UPDATE accounts SET name = 'Another' WHERE id = 'u1'")
    await sqlite.append(message("chat1", "u0", "late", "late"))
    before = await contents(sqlite)
    ahead = await to_postgres(path, postgres)
    assert ahead == Ahead(events=31)
    await sqlite.store.close()
    assert isinstance(await to_postgres(path, postgres), Moved)
    there = Opened(lambda: PostgresStore(postgres))
    await there.open()
    assert await contents(there) == before
    await there.store.close()


async def test_a_database_that_is_not_empty_is_left_alone(tmp_path, own_postgres: Postgres) -> None:
    first, other = tmp_path / "first/chinwag.db", tmp_path / "other/chinwag.db"
    await filled(first)
    await filled(other)
    url = own_postgres.database()
    with pytest.raises(CutOff):
        await to_postgres(first, url, Cut(5))
    with pytest.raises(MoveError, match="another installation"):
        await to_postgres(other, url)
    assert isinstance(await to_postgres(first, url), Moved)
    with pytest.raises(MoveError, match="data in the PostgreSQL database already"):
        await to_postgres(other, url)
    used = own_postgres.database()
    node = PostgresStore(used)
    await node.open(lambda batch: None)
    try:
        with pytest.raises(MoveError, match="Stop them all"):
            await to_postgres(other, used)
        with pytest.raises(MoveError, match="Stop them all"):
            await to_sqlite(used, tmp_path / "new/chinwag.db")
    finally:
        await node.close()
    assert isinstance(await to_postgres(other, used), Moved), "started once, but nothing is in it"
    there = tmp_path / "there/chinwag.db"
    await filled(there)
    with pytest.raises(MoveError, match="already"):
        await to_sqlite(used, there)


async def test_what_postgres_cannot_hold_is_named(tmp_path, postgres) -> None:
    path = tmp_path / "chinwag.db"
    await filled(path)
    sqlite = Opened(lambda: SqliteStore(path))
    await sqlite.open()
    await sqlite.execute("UPDATE accounts SET name = $1 WHERE id = 'u1'", "a\0b")
    await sqlite.store.close()
    with pytest.raises(MoveError, match=r"accounts u1: .*U\+0000"):
        await to_postgres(path, postgres)


async def test_killed_in_the_middle_it_goes_on(tmp_path, postgres) -> None:
    data = tmp_path / "data"
    await filled(data / "chinwag.db", 4 * BATCH)
    moving = await asyncio.create_subprocess_exec(
        *command("--to", postgres), env=environment(data=data), stdout=subprocess.DEVNULL
    )
    watching = await asyncpg.connect(postgres)
    try:
        while await watching.fetchval("SELECT to_regclass('moving')") is None or not (
            await watching.fetchval("SELECT at FROM moving WHERE name = 'events'")
        ):
            assert moving.returncode is None
            await asyncio.sleep(0.002)
    finally:
        moving.kill()
        await moving.wait()
        await watching.close()
    start = time.monotonic()
    done = await asyncio.to_thread(run, "--to", postgres, data=data)
    assert done.returncode == 0, done.stderr
    assert "events" in done.stdout
    assert f" {4 * BATCH} " in done.stdout
    print(f"moved the rest of {4 * BATCH} events in {time.monotonic() - start:.1f} s")


async def test_people_stay_signed_in_and_need_no_new_sync(tmp_path, postgres) -> None:
    server = Server(tmp_path).start()
    servers = [server]
    try:
        anna, ben = [await sign_up(server.url) for _ in range(2)]
        chat = await anna.direct(ben)
        quiet = await anna.group("quiet", ben)
        await anna.say(chat, "one")
        await eventually(lambda: ben.texts(chat) == ["one"])
        tablet = (await ben.more(online=False)).token
        async with await Raw.open(server.url, tablet) as socket:
            since = (await socket.ok("sync"))["since"]
            while (found := await socket.ok("sync", since=since)).get(
                "chats"
            ):  # marks still come in
                since = found["since"]
        ahead = await asyncio.to_thread(run, "--to", postgres, data=server.data)
        assert (ahead.returncode, "The server runs" in ahead.stdout) == (3, True), ahead.stderr
        await anna.say(chat, "two")
        await asyncio.to_thread(server.stop)
        done = await asyncio.to_thread(run, data=server.data, database_url=postgres)
        assert done.returncode == 0, done.stderr

        for number, settings in enumerate(({"database_url": postgres}, {})):
            now = Server(tmp_path / f"now{number}", **settings)
            now.port = server.port  # where the clients look for it
            now.data.parent.mkdir(exist_ok=True)
            if number:
                to = str(now.data)
                back = await asyncio.to_thread(run, "--to", to, database_url=postgres)
                assert back.returncode == 0, back.stderr
            servers.append(now.start())
            await anna.say(chat, f"three.{number}")
            await eventually(lambda: ben.texts(chat) == anna.texts(chat), 40)
            assert ben.texts(chat)[-1] == f"three.{number}"
            async with await Raw.open(now.url, tablet) as socket:
                caught_up = await socket.ok("sync", since=since)
                assert not caught_up.get("reset")
                heads = [head["chat"] for push in socket.of("heads") for head in push["heads"]]
                assert quiet not in heads, "what did not change does not come again"
                assert chat in heads
                since = caught_up["since"]
            assert not now.errors()
            await asyncio.to_thread(now.stop)
        await asyncio.gather(anna.close(), ben.close())
    finally:
        for each in servers:
            await asyncio.to_thread(each.stop)


def test_what_is_in_postgres_is_not_backed_up_as_a_folder(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chinwag", "backup", str(tmp_path / "file")],
        env=environment(data=tmp_path, database_url="postgresql://nobody@127.0.0.1:9/none"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "pg_dump" in done.stderr) == (1, True)
