"""The life a database is in: from which number its changes are counted, and under which name.

A change is the id of the transaction that made it (64 bits: it never wraps) plus an offset. Ids
only grow within one life of one server. A dump that was restored elsewhere has other ids; one
brought back to an earlier moment, or a standby that took over, may give the same ids out again.
PostgreSQL tells each such life by its system identifier and timeline, and a dump that was restored
on the server it came from by the number of the table ``meta`` (its ``home``): when these are not
the ones that we wrote down, a new offset takes care that changes go on growing, and a new
``generation`` that clients which saw more than there is now start over.
"""

import secrets

import asyncpg

from chinwag.server.adapters.postgres.failures import Away
from chinwag.server.observe import log

LOCK = 0x63686E_0001
# Further than transactions can have run ahead of what a standby had received.
_LEAP = 1 << 24

# The timeline of what is written now; the control file would tell it only after a checkpoint.
_NOW = (
    "SELECT s.system_identifier || ':' || left(pg_walfile_name(pg_current_wal_lsn()), 8)"
    " FROM pg_control_system() s"
)
_KNOWN = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN '' ELSE (" + _NOW + ") END,"
    " (SELECT value FROM meta WHERE key = 'life'), (SELECT value FROM meta WHERE key = 'offset'),"
    " 'meta'::regclass::oid::text, (SELECT value FROM meta WHERE key = 'home')"
)
_HIGHEST = (
    "SELECT greatest((SELECT max(change) FROM chats), (SELECT max(change) FROM members),"
    " (SELECT max(change) FROM revisions),"
    " (SELECT value::bigint FROM meta WHERE key = 'change'), 0)"
    " - pg_current_xact_id()::text::bigint"
)
_PUT = (
    "INSERT INTO meta (key, value) VALUES ($1, $2)"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
_PUT_FIRST = "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING"


async def offset(connection: asyncpg.Connection) -> int:
    """What to add to this connection's transaction ids."""
    now, known, offset, here, home = await connection.fetchrow(_KNOWN)
    if not now:
        raise Away("this server is a standby")
    if now != known or here != home:
        return await _begin(connection)
    return int(offset)


async def _begin(connection: asyncpg.Connection) -> int:
    """Begin a new life, unless another node has just done so."""
    async with connection.transaction(isolation="read_committed", readonly=False):
        await connection.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        now, known, offset, here, home = await connection.fetchrow(_KNOWN)
        await connection.execute(_PUT, "home", here)
        if now == known and home in (here, None):  # none: from before there was one
            return int(offset)
        if known and known.split(":")[0] == now.split(":")[0]:
            offset = int(offset) + _LEAP
        else:
            offset = max(0, await connection.fetchval(_HIGHEST)) + _LEAP
        await connection.execute(_PUT, "life", now)
        await connection.execute(_PUT, "offset", str(offset))
        # What was brought here from SQLite goes on counting, under its own name.
        await connection.execute(_PUT if known else _PUT_FIRST, "generation", secrets.token_hex(8))
        offset = int(offset)
        log.info("store.new_life", life=now, before=known or "")
        return offset
