"""PostgreSQL away, frozen, cut off, full: whoever asks is told within seconds, nothing that was
acknowledged is lost, and once it is back all goes on by itself.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.ports.store import Tx
from contracts.opened import Opened, message
from contracts.waiting import eventually
from engines.postgres import Postgres
from faults.network import network_to

PROMPTLY = 8.0  # five seconds, on a machine that is busy with other things
AGAIN = 10.0


@pytest.fixture
async def opened(own_postgres: Postgres) -> AsyncIterator[Opened]:
    """A store on a server to hurt, with a chat."""
    url = own_postgres.database()
    opened = Opened(lambda: PostgresStore(url))
    await opened.open()
    await opened.chat("a", "ann")
    yield opened
    await opened.store.close()


async def _refused(doing: Awaitable[object], *codes: str) -> None:
    began = time.monotonic()
    with pytest.raises(ChinwagError) as refused:
        await doing
    assert refused.value.kind.code in (codes or ("unavailable",))
    assert time.monotonic() - began < PROMPTLY


async def _away(opened: Opened) -> None:
    """Everything is refused, soon."""

    async def rule(tx: Tx) -> None:
        await tx.fetch("SELECT 1")

    await asyncio.gather(
        _refused(opened.append(message("a", "ann"))),
        _refused(opened.fetch("SELECT 1")),
        _refused(opened.store.transact(rule)),
    )
    assert not await opened.store.leads()


async def _back(opened: Opened) -> None:
    """Everything works again, soon."""
    began = time.monotonic()
    while True:
        try:
            (entry,) = await opened.append(message("a", "ann"))
            await opened.fetch("SELECT 1")
            await opened.execute("UPDATE chats SET title = 'new'")
            break
        except ChinwagError as error:
            assert error.kind.code == "unavailable"  # noqa: PT017
            assert time.monotonic() - began < AGAIN
            await asyncio.sleep(0.05)
    log = await opened.log("a")
    assert [row[0] for row in log] == list(range(1, len(log) + 1))
    assert entry.seq == len(log)


async def test_stopped_and_started_again(opened: Opened, own_postgres: Postgres) -> None:
    assert await opened.store.leads()
    await opened.append(message("a", "ann"))
    await asyncio.to_thread(own_postgres.stop)
    await _away(opened)
    await _away(opened)
    await asyncio.to_thread(own_postgres.start)
    await _back(opened)
    assert await opened.store.leads()


async def test_while_it_is_away_the_log_has_what_was_tried_and_not_who_asked(
    opened: Opened, own_postgres: Postgres
) -> None:
    await asyncio.to_thread(own_postgres.stop)
    with capture_logs() as said:
        for _ in range(100):
            await _refused(opened.append(message("a", "ann")))
    tried = opened.store.gauges()["store_failed_connects_total"]
    told = [line for line in said if line["event"] == "store.unavailable"]
    assert told
    assert len(told) <= 1 + tried < 100  # the connection that broke, and those not to be had


async def test_frozen_for_a_while(opened: Opened, own_postgres: Postgres) -> None:
    own_postgres.pause()
    try:
        await _away(opened)
        await _away(opened)
    finally:
        own_postgres.resume()
    await _back(opened)


async def test_killed_while_many_send(opened: Opened, own_postgres: Postgres) -> None:
    acknowledged: list[str] = []
    stop = False

    async def send(n: int) -> None:
        count = 0
        while not stop:
            count += 1
            entry = message("a", "ann", f"{n}-{count}")
            while True:  # as clients do: the same again, until it is answered
                try:
                    await opened.append(entry)
                    break
                except ChinwagError:
                    await asyncio.sleep(0.02)
            assert entry.client_id is not None
            acknowledged.append(entry.client_id)

    sending = [asyncio.ensure_future(send(n)) for n in range(8)]
    for _ in range(3):
        before = len(acknowledged)
        await eventually(lambda before=before: len(acknowledged) >= before + 100)
        await asyncio.to_thread(own_postgres.kill)
        await asyncio.to_thread(own_postgres.start)
    before = len(acknowledged)
    await eventually(lambda: len(acknowledged) >= before + 50)
    stop = True
    await asyncio.gather(*sending)
    log = await opened.log("a")
    assert [row[0] for row in log] == list(range(1, len(log) + 1))
    assert sorted(row[2] for row in log) == sorted(acknowledged)  # all of them, each once


async def test_a_way_that_stalls_and_is_cut(own_postgres: Postgres) -> None:
    url = own_postgres.database()
    async with network_to(own_postgres) as network:
        through = urlsplit(url)._replace(netloc=f"chinwag@127.0.0.1:{network.port}").geturl()
        opened = Opened(lambda: PostgresStore(through))
        await opened.open()
        await opened.chat("a", "ann")
        network.cut()
        await _back(opened)
        network.stall()
        await _away(opened)
        network.resume()
        await _back(opened)
        await opened.store.close()


async def test_who_waits_is_told_once_the_store_closes(
    opened: Opened, own_postgres: Postgres
) -> None:
    own_postgres.pause()
    try:
        sending = [asyncio.ensure_future(opened.append(message("a", "ann"))) for _ in range(3)]
        await asyncio.sleep(0)
        began = time.monotonic()
        await opened.store.close()
        assert time.monotonic() - began < 2 * PROMPTLY
        for each in sending:
            with pytest.raises(ChinwagError):
                await each
    finally:
        own_postgres.resume()


@pytest.mark.parametrize(("state", "code"), [("53100", "storage_full"), ("25006", "unavailable")])
async def test_what_it_cannot_write(opened: Opened, state: str, code: str) -> None:
    await opened.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{state}'; END $$"
    )
    await opened.execute("CREATE TRIGGER refuse BEFORE INSERT ON events EXECUTE FUNCTION refuse()")

    async def rule(tx: Tx) -> None:
        await tx.append(message("a", "ann"))

    await _refused(opened.append(message("a", "ann")), code)
    await _refused(opened.store.transact(rule), code)
    await opened.execute("DROP TRIGGER refuse ON events")
    await _back(opened)


async def test_a_node_that_was_stopped_keeps_nobody_waiting(own_postgres: Postgres) -> None:
    """It held a chat locked; the server ends its transaction."""
    url = own_postgres.database()
    one, other = [Opened(lambda: PostgresStore(url, exclusive=False)) for _ in range(2)]
    await one.open()
    await other.open()
    await one.chat("a", "ann")
    held = await one.store._link.connect(idle_in_transaction_session_timeout="3s")  # type: ignore[attr-defined]
    await held.execute("BEGIN; SELECT FROM chats WHERE id = 'a' FOR UPDATE")
    began = time.monotonic()
    while True:
        try:
            await other.append(message("a", "ann"))
            break
        except ChinwagError as error:
            assert error.kind.code == "busy"  # noqa: PT017
    assert time.monotonic() - began < AGAIN
    held.terminate()
    await one.store.close()
    await other.store.close()
