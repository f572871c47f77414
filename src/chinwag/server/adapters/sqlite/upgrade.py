"""Run the migrations that a database lacks. Imported only when there are any: SQLAlchemy and
Alembic cost half a second and 30 MB.
"""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.pool import NullPool

from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.copying import copy
from chinwag.server.observe import log


def upgrade(path: Path, found: str, to: str = "head") -> Path | None:
    """Upgrade from revision ``found``; where the database's copy from before is, if it held
    anything worth one.
    """
    saved = _save(path, found)
    log.info("store.upgrade", path=str(path), revision=found, saved=str(saved))
    run(path, to)
    return saved


def run(path: Path, to: str = "head") -> None:
    """Run migrations in one transaction: all of them or none."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        creator=lambda: connect(path),
        poolclass=NullPool,
    )
    # `connect` leaves transactions to us: sqlite3's own way would commit each CREATE by itself.
    event.listen(engine, "begin", _begin)
    config = Config()
    config.set_main_option("script_location", "chinwag.server.adapters:migrations")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()
    engine.dispose()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _save(path: Path, found: str) -> Path | None:
    connection = connect(path, readonly=True)
    try:
        if not connection.execute("SELECT EXISTS (SELECT 1 FROM accounts)").fetchone()[0]:
            return None
        target = path.with_name(f"{path.name}.before-{found}")
        copy(connection, target)
        return target
    except sqlite3.OperationalError as error:
        raise RuntimeError(f"no copy of {path} could be made before its upgrade") from error
    finally:
        connection.close()
