"""`sqlite/fresh.sql`: the tables as one script, so that a fresh database needs neither SQLAlchemy
nor Alembic, which take half a second to import.

    python -m chinwag.server.adapters.ddl

writes it anew from `schema`; a test compares.
"""

from pathlib import Path

from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.schema import schema

FRESH = Path(__file__).parent / "sqlite/fresh.sql"


def statements(dialect: Dialect) -> list[str]:
    """All that creates the tables, in the words of a database."""
    found = []
    for table in schema.sorted_tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        found += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    return ["\n".join(line.rstrip() for line in sql.strip().splitlines()) for sql in found]


def fresh() -> str:
    """The script for SQLite, with the mark that Alembic goes by."""
    head = [
        "-- Made from schema.py by `make docs`; not to be edited.",
        "BEGIN IMMEDIATE;",
        "CREATE TABLE alembic_version (",
        "\tversion_num VARCHAR(32) NOT NULL,",
        "\tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)",
        ");",
        f"INSERT INTO alembic_version VALUES ('{HEAD}');",
    ]
    tables = [f"{sql};" for sql in statements(sqlite.dialect())]
    return "\n".join([*head, *tables, "COMMIT;", ""])


if __name__ == "__main__":
    FRESH.write_text(fresh(), encoding="utf-8")
