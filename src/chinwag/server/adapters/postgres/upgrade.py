"""The migrations as PostgreSQL's SQL. Imported only when there are any: SQLAlchemy and Alembic
cost half a second and 30 MB.
"""

import io
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles

from chinwag.server.adapters.migrations import HEAD


@compiles(Text, "postgresql")
def _text(_type: Text, _compiler: Any, **_: Any) -> str:
    """Text compares by its bytes, as in SQLite: the same order everywhere, and quicker."""
    return 'TEXT COLLATE "C"'


def script(found: str | None, to: str = HEAD) -> str:
    """What brings a database of revision ``found`` (None: an empty one) to another."""
    into = io.StringIO()
    config = Config(output_buffer=into)
    config.set_main_option("script_location", "chinwag.server.adapters:migrations")
    command.upgrade(config, f"{found or 'base'}:{to}", sql=True)
    return into.getvalue()
