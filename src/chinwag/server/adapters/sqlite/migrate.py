"""Bring a SQLite file's schema up to date."""

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from chinwag.server.adapters.schema import schema


def migrate(path: Path) -> None:
    """Create or upgrade the tables."""
    engine = create_engine(f"sqlite:///{path}")
    schema.create_all(engine)
    engine.dispose()
    sqlite3.connect(path).close()
