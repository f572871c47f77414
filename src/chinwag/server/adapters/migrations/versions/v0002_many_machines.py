"""What several nodes need to know of each other's doings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("node", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("change", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("revisions_change", "revisions", ["change"])
    op.add_column("jobs", sa.Column("node", sa.Text(), server_default="", nullable=False))
    op.drop_index("jobs_key", "jobs")
    op.create_index(
        "jobs_key",
        "jobs",
        ["kind", "key", "node"],
        unique=True,
        sqlite_where=sa.text("dead_at = 0"),
        postgresql_where=sa.text("dead_at = 0"),
    )
    op.add_column(
        "failures", sa.Column("ended", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
