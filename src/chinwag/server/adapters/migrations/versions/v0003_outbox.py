"""What other nodes have yet to be told of; and what PostgreSQL should know about hot tables."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Rows that every commit updates: room on their pages for the next version of each (HOT), and a
# vacuum that comes by often enough for a table of any size.
_UPDATED = (
    "ALTER TABLE {} SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02,"
    " autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)"
)
# Rows that come and go within seconds.
_FLEETING = (
    "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,"
    " autovacuum_vacuum_cost_delay = 0)"
)
# Rows that only grow in number: frozen in time, in small steps.
_GROWING = (
    "ALTER TABLE {} SET (autovacuum_vacuum_insert_scale_factor = 0.02,"
    " autovacuum_analyze_scale_factor = 0.02)"
)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    if op.get_context().dialect.name == "postgresql":
        for table in ("chats", "members"):
            op.execute(_UPDATED.format(table))
        for table in ("outbox", "alerts_due", "jobs"):
            op.execute(_FLEETING.format(table))
        for table in ("events", "receipts"):
            op.execute(_GROWING.format(table))
