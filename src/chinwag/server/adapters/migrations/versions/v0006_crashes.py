"""Of a job, how many who attempted it did not live to say what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "jobs", sa.Column("crashes", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
