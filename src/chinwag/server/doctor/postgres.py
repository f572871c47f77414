"""PostgreSQL: whether a node could work with it, and whether it keeps what it acknowledges."""

import secrets
import time

import asyncpg

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.postgres.link import Link, Session
from chinwag.server.adapters.postgres.migrate import revision
from chinwag.server.doctor.chart import Ailment, Chart, doubt
from chinwag.server.doctor.places import shown
from chinwag.server.ports.store import Unusable

_OLDEST = 13
# What one node may hold open: readers, writers, the writer of the log, the leader's.
_A_NODE = 10
_APART, _FAR_APART = 1.0, 30.0
_SETTINGS = (
    "SELECT name, setting FROM pg_settings"
    " WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
)
_ROOM = (
    "SELECT current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int,"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
)
_LIFE = "SELECT system_identifier::text FROM pg_control_system()"
_SAY = {
    asyncpg.InvalidPasswordError: "the user or the password in database_url is wrong",
    asyncpg.InvalidAuthorizationSpecificationError: (
        "there is no such user, or pg_hba.conf does not let it in from here"
    ),
    asyncpg.InvalidCatalogNameError: "make the database: createdb NAME",
    asyncpg.TooManyConnectionsError: "raise max_connections, or stop what else connects",
}


async def examine(chart: Chart, url: str) -> dict[str, str] | None:
    """What it says of the server (``meta``); None if it cannot be asked."""
    held: list[Session] = []

    async def reach() -> str:
        held.append(await _connected(url))
        version = held[0].get_server_version()
        number = (await held[0].fetchval("SHOW server_version")).split()[0]
        text = f"PostgreSQL {number} at {shown(url)}"
        if version.major < _OLDEST:
            raise Ailment(f"{text} is too old", f"{_OLDEST} or later is needed")
        return text

    try:
        if not await chart.look(reach, f"is PostgreSQL running and reachable at {shown(url)}?"):
            return None
        return await _look_into(chart, held[0], url)
    finally:
        for session in held:
            session.terminate()


async def _connected(url: str) -> Session:
    try:
        return await Link(url).bare()
    except Unusable as error:
        raise Ailment(str(error)) from None
    except tuple(_SAY) as error:
        raise Ailment(f"it does not let us in: {error}", _SAY[type(error)]) from None


async def _look_into(chart: Chart, session: Session, url: str) -> dict[str, str] | None:
    found: list[str | None] = []

    async def schema() -> str:
        try:
            found.append(await revision(session))
        except Unusable as error:
            raise Ailment(str(error)) from None
        if found[0] is None:
            return "the database is empty: the first start makes the tables"
        if found[0] != HEAD:
            raise doubt(
                f"schema {found[0]}, this program's is {HEAD}",
                "nothing: the next start of a node upgrades it, while older nodes go on",
            )
        return f"schema {found[0]}"

    async def round_trip() -> str:
        if found == [None]:
            return await _may_create(session)
        return await _write_and_read(session, url)

    await chart.look(lambda: _primary(session), "database_url has to lead to the primary")
    ours = await chart.look(schema, "give chinwag a database of its own")
    if ours:
        await chart.look(round_trip, "the user in database_url has to own the tables")
    await chart.look(lambda: _durable(session), "see docs/operations/install.md")
    await chart.look(lambda: _life(session), "GRANT EXECUTE ON FUNCTION pg_control_system() TO …")
    await chart.look(lambda: _clock(session), "let both machines set their clocks by NTP")
    await chart.look(lambda: _room(session), "raise max_connections")
    if not ours:
        return None
    if found == [None]:
        return {}
    return dict(map(tuple, await session.fetch("SELECT key, value FROM meta")))


async def _primary(session: Session) -> str:
    if await session.fetchval("SELECT pg_is_in_recovery()"):
        raise Ailment("this server is a standby: it takes no writes")
    encoding = await session.fetchval("SHOW server_encoding")
    if encoding != "UTF8":
        raise Ailment(
            f"its encoding is {encoding}",
            "make the database with --encoding=UTF8 --template=template0",
        )
    return "it is the primary, and its encoding is UTF8"


async def _may_create(session: Session) -> str:
    transaction = session.transaction()
    await transaction.start()
    try:
        await session.execute("CREATE TABLE doctor (id text)")
    finally:
        await transaction.rollback()
    return "tables can be made"


async def _write_and_read(session: Session, url: str) -> str:
    key = f"doctor:{secrets.token_hex(8)}"
    began = time.perf_counter()
    await session.execute("INSERT INTO meta (key, value) VALUES ($1, $1)", key)
    took = time.perf_counter() - began
    other = await _connected(url)
    try:
        found = await other.fetchval("SELECT value FROM meta WHERE key = $1", key)
    finally:
        other.terminate()
        await session.execute("DELETE FROM meta WHERE key = $1", key)
    if found != key:
        raise Ailment(
            "what one connection commits another does not see", "connect without a pooler"
        )
    text = f"commits a row in {took * 1000:.1f} ms, reads it by another connection, deletes it"
    if took > 0.1:
        raise doubt(text, "every message waits for this: is its disk slow, or far away?")
    return text


async def _durable(session: Session) -> str:
    settings = dict(map(tuple, await session.fetch(_SETTINGS)))
    off = [name for name, value in sorted(settings.items()) if value == "off"]
    if off:
        raise Ailment(
            f"{', '.join(off)} = off: a crash may lose messages that were acknowledged",
            f"set {' and '.join(f'{name} = on' for name in off)} in postgresql.conf",
        )
    return (
        f"fsync and full_page_writes are on, synchronous_commit is {settings['synchronous_commit']}"
    )


async def _life(session: Session) -> str:
    return f"it tells which system it is ({await session.fetchval(_LIFE)})"


async def _clock(session: Session) -> str:
    before = time.time()
    theirs = float(await session.fetchval("SELECT date_part('epoch', clock_timestamp())"))
    after = time.time()
    apart = max(0.0, before - theirs, theirs - after)
    text = f"its clock and this machine's are {apart * 1000:.0f} ms apart"
    if apart > _FAR_APART:
        raise Ailment(text)
    if apart > _APART:
        raise doubt(text)
    return text


async def _room(session: Session) -> str:
    most, used = await session.fetchrow(_ROOM)
    text = f"{used} of {most} connections are taken; a node takes up to {_A_NODE}"
    if most - used < _A_NODE:
        raise doubt(text)
    return text
