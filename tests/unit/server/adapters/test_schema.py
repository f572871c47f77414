"""The one schema: what stands in SQLite files, and that PostgreSQL would take it."""

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

from chinwag.server.adapters import ddl
from chinwag.server.adapters.migrations import HEAD, REVISIONS
from chinwag.server.adapters.postgres.upgrade import script
from chinwag.server.adapters.schema import schema
from chinwag.server.adapters.sqlite import upgrade
from chinwag.server.adapters.sqlite.migrate import migrate


def _differences(path: Path) -> list[object]:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = compare_metadata(context, schema)
    engine.dispose()
    return found


def _tables(path: Path) -> dict[str, str]:
    """The DDL that SQLite keeps, without the order of lines and spaces."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    connection.close()
    return {name: " ".join(re.sub(r'[",()]', " ", sql).split()) for name, sql in rows}


def test_the_list_of_revisions_is_that_of_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", "chinwag.server.adapters:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)


def test_a_fresh_database_is_the_schema(tmp_path: Path) -> None:
    migrate(tmp_path / "x.db")
    assert _differences(tmp_path / "x.db") == []


def test_fresh_sql_is_made_from_the_schema() -> None:
    assert ddl.FRESH.read_text(encoding="utf-8") == ddl.fresh(), "run `make docs`"


@pytest.mark.parametrize("start", [None, *REVISIONS])
def test_migrations_lead_to_the_schema_from_every_revision(
    tmp_path: Path, start: str | None
) -> None:
    path, fresh = tmp_path / "x.db", tmp_path / "fresh.db"
    if start is not None:
        upgrade.run(path, start)
    upgrade.run(path)
    assert _differences(path) == []
    migrate(fresh)
    assert _tables(path) == _tables(fresh)


def test_tables_are_without_rowid_but_for_the_log(tmp_path: Path) -> None:
    migrate(tmp_path / "x.db")
    connection = sqlite3.connect(tmp_path / "x.db")
    with_rowid = {
        name
        for _, name, kind, _, without, _ in connection.execute("PRAGMA table_list")
        if kind == "table" and not without and not name.startswith("sqlite_")
    }
    connection.close()
    assert with_rowid == {"events", "alembic_version"}


def test_the_migrations_are_written_out_for_postgresql_too() -> None:
    sql = script(None)
    assert "BYTEA" in sql
    assert "ROWID" not in sql
    assert sql.count("CREATE TABLE") == len(schema.tables) + 1  # Alembic's own
    assert '"' not in sql.replace('COLLATE "C"', "")  # SQLAlchemy quotes what is no plain word


def test_no_name_is_a_reserved_word() -> None:
    names = {table.name for table in schema.sorted_tables}
    names |= {column.name for table in schema.sorted_tables for column in table.columns}
    assert names & set(RESERVED_WORDS) == set()
    assert all(re.fullmatch(r"[a-z][a-z_0-9]*", name) for name in names)
