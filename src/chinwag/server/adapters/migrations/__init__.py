"""Migrations (Alembic), oldest first. What is released is never changed: a change of the tables
is a further file in ``versions``, its number here, and ``make docs`` for `sqlite/fresh.sql`.
"""

import logging

logging.getLogger("alembic").setLevel(logging.WARNING)  # we say ourselves what is upgraded

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
HEAD = REVISIONS[-1]
