"""Bring a PostgreSQL database's schema up to date, before anything else opens it.

Several nodes may start at once: one does it, the others wait. Migrations only add to what older
programs know, so that nodes of the version before go on, or come back, while new ones come up; one
that must do otherwise writes its revision to ``needs`` in ``meta``.
"""

import asyncpg

from chinwag.server.adapters.migrations import HEAD, REVISIONS
from chinwag.server.adapters.moved import MOVED, refuse_half, refuse_left
from chinwag.server.adapters.postgres import life
from chinwag.server.adapters.postgres.failures import Away
from chinwag.server.adapters.postgres.link import Link, Session, farewell
from chinwag.server.observe import log
from chinwag.server.ports.store import Unusable

_LOCK = 0x63686E_0004
_OLDEST = 130000  # 13: pg_current_xact_id
# A migration that older programs cannot live with says so here.
_NEEDS = "SELECT value FROM meta WHERE key = 'needs'"
_REVISION = "SELECT version_num FROM alembic_version"
_TABLES = "SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = current_schema()"
_LEFT = "SELECT value FROM meta WHERE key = $1"
_FIRST = "INSERT INTO meta (key, value) VALUES ('change', '0') ON CONFLICT (key) DO NOTHING"


async def migrate(link: Link) -> None:
    """Create or upgrade the tables, and see which life the database is in.

    Raises:
        Unusable: it cannot be reached, is none of ours, one that a newer version wrote, or was
            moved away.
    """
    try:
        session = await link.bare()
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        text = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        raise Unusable(f"The PostgreSQL database cannot be reached: {text}.") from error
    try:
        if session.get_server_version().major * 10000 < _OLDEST:
            raise Unusable("This PostgreSQL is too old: 13 or later is needed.")
        await session.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await bring_to_head(session)
        refuse_left(await session.fetchval(_LEFT, MOVED))
        await session.execute(_FIRST)
        await life.offset(session)
    except Away as error:
        raise Unusable(f"The PostgreSQL database cannot be used: {error}.") from error
    finally:
        await farewell(session)


async def revision(session: Session) -> str | None:
    """The schema's revision; None of an empty database."""
    tables = await session.fetchval(_TABLES) or []
    refuse_half(tables)
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise Unusable("The PostgreSQL database is one of some other program.")
    found: str = await session.fetchval(_REVISION)
    needs: str | None = await session.fetchval(_NEEDS)
    if needs not in (None, *REVISIONS):
        raise Unusable(
            f"The PostgreSQL database was written by a newer chinwag (schema {found}; this one"
            f" knows {HEAD}). Install that version, or restore a backup of this one."
        )
    if found not in REVISIONS:
        log.warning("store.newer", revision=found, known=HEAD)
    return found


async def bring_to_head(session: Session) -> None:
    """Create or upgrade the tables."""
    found = await revision(session)
    if found is not None and (found == HEAD or found not in REVISIONS):
        return
    # Only now: an ordinary start must not pay for importing SQLAlchemy and Alembic.
    from chinwag.server.adapters.postgres.upgrade import script  # noqa: PLC0415

    log.info("store.upgrade", revision=found or "", to=HEAD)
    async with session.transaction():
        await session.execute(script(found))
    await session.execute("ANALYZE")
