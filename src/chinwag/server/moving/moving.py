"""The move: everything copied in batches, compared row by row, and only then put into service.

How far it has come stands in the target, in the same transaction as the rows, so that it can be
cut off at any moment and be run again. While it is under way no server starts on the target; when
it is done none starts on the source any more.

From SQLite, the log goes ahead while the server runs. The rest needs it stopped, for as long as
the other tables take. Clients notice nothing but that: sessions, sync tokens and positions go on.
"""

from dataclasses import dataclass
from pathlib import Path

from chinwag.server.adapters.moved import MOVED
from chinwag.server.adapters.sqlite.backup import Steps
from chinwag.server.adapters.sqlite.folder import FolderLock
from chinwag.server.moving.ends import OWN, MoveError, Source, Target
from chinwag.server.moving.postgres_end import PostgresSource, PostgresTarget
from chinwag.server.moving.sqlite_end import SqliteSource, SqliteTarget
from chinwag.server.moving.tables import BATCH, LOG, TABLES, Fingerprint, Table, Unfit
from chinwag.server.ports.store import Unusable

__all__ = ["Ahead", "MoveError", "Moved", "to_postgres", "to_sqlite"]


@dataclass(frozen=True, slots=True)
class Moved:
    """All of it is there: what each table holds, the same on both sides."""

    tables: dict[str, Fingerprint]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The server runs: so many events of the log have been moved; the rest has to wait."""

    events: int


async def to_postgres(path: Path, url: str, steps: Steps | None = None) -> Moved | Ahead:
    """Move a SQLite file to an empty PostgreSQL database; only its log while a server uses it.

    Raises:
        MoveError, Unusable: with what to do.
    """
    steps = steps or Steps()
    source = SqliteSource(path)
    lock = FolderLock(path.parent)
    target: PostgresTarget | None = None
    try:
        target = await PostgresTarget.of(url)
        await _begin(source, target)
        await _copy(source, target, LOG, steps)
        try:
            lock.take()
        except Unusable:
            return Ahead(await source.count(LOG))
        return await _move(source, target, steps, "PostgreSQL")
    finally:
        source.close()
        lock.release()
        if target is not None:
            await target.close()


async def to_sqlite(url: str, path: Path, steps: Steps | None = None) -> Moved:
    """Move a PostgreSQL database, which no node uses any more, to a SQLite file.

    Raises:
        MoveError, Unusable: with what to do.
    """
    steps = steps or Steps()
    lock = FolderLock(path.parent)
    lock.take()
    source: PostgresSource | None = None
    target: SqliteTarget | None = None
    try:
        source = await PostgresSource.of(url)
        target = SqliteTarget(path)
        await _begin(source, target)
        return await _move(source, target, steps, "SQLite")
    finally:
        if target is not None:
            target.close()
        if source is not None:
            await source.close()
        lock.release()


async def _begin(source: Source, target: Target) -> None:
    meta = await source.meta()
    await target.begin(meta["generation"], only_resume=MOVED in meta)


async def _move(source: Source, target: Target, steps: Steps, where: str) -> Moved:
    for table in TABLES:
        await _copy(source, target, table, steps)
    found = {table.name: await _compared(source, target, table, steps) for table in TABLES}
    meta = await source.meta()
    kept = {key: value for key, value in meta.items() if key not in OWN}
    # Left first, so that there are never two that a server starts on. When it is cut off in
    # between, there is none until it is run again.
    await source.leave(where)
    steps.step("putting it into service")
    await target.finish(kept | {"change": meta["change"]})
    return Moved(found)


async def _copy(source: Source, target: Target, table: Table, steps: Steps) -> None:
    steps.step(f"moving {table.name}")
    total, done = await source.count(table), 0
    place = await target.reached(table)
    try:
        while True:
            rows, place = await source.read(table, place)
            if not rows:
                break
            await target.write(table, rows, place)
            done += len(rows)
            steps.at(min(done, total), total)
            if len(rows) < BATCH:
                break
    except Unfit as error:
        raise MoveError(f"A row cannot be moved: {error}.") from None
    steps.at(total, total)


async def _compared(
    source: Source, target: Target, table: Table, steps: Steps, *, again: bool = True
) -> Fingerprint:
    """What both hold. Where they differ, because the server was started between two runs, the
    table is moved once more.
    """
    steps.step(f"comparing {table.name}")
    here, there = await source.fingerprint(table), await target.fingerprint(table)
    if here == there:
        steps.at(1, 1)
        return here
    if not again:
        raise MoveError(
            f"{table.name} is not the same on both sides: {here.rows} and {there.rows} rows, or"
            " other content. Nothing has been put into service."
        )
    await target.clear(table)
    await _copy(source, target, table, steps)
    return await _compared(source, target, table, steps, again=False)
