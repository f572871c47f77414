"""Files: uploads, what they became, which messages hold them; pictures of people and groups."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _int(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def upgrade() -> None:
    _uploads()
    _files()
    for table in ("accounts", "chats"):
        op.add_column(table, _text("avatar"))
        op.create_index(
            f"{table}_avatar",
            table,
            ["avatar"],
            sqlite_where=sa.text("avatar <> ''"),
            postgresql_where=sa.text("avatar <> ''"),
        )


def _uploads() -> None:
    op.create_table(
        "uploads",
        _key("id"),
        _text("account"),
        _text("name"),
        _text("kind"),
        _text("type"),
        _int("size"),
        _int("received"),
        _text("segments", "[]"),
        _text("sha256"),
        _text("writer"),
        _text("state", "open"),
        _text("error"),
        _int("created_at"),
        _int("expires_at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("uploads_account", "uploads", ["account"])
    op.create_index("uploads_expires", "uploads", ["expires_at"])
    op.create_table(
        "blobs",
        _key("sha256"),
        _int("size"),
        _text("segments", "[]"),
        _int("created_at"),
        sa.PrimaryKeyConstraint("sha256"),
        sqlite_with_rowid=False,
    )


def _files() -> None:
    op.create_table(
        "files",
        _key("id"),
        _text("account"),
        _text("kind"),
        _text("name"),
        _text("type"),
        _int("size"),
        _int("width"),
        _int("height"),
        _int("duration"),
        _text("placeholder"),
        _text("waveform"),
        _text("blob"),
        _text("small"),
        _text("medium"),
        _int("created_at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    for column in ("account", "created_at", "blob", "small", "medium"):
        op.create_index(f"files_{column}", "files", [column])
    op.create_table(
        "file_uses",
        _key("chat"),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _text("file"),
        _text("kind"),
        sa.PrimaryKeyConstraint("chat", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_index("file_uses_file", "file_uses", ["file"])
    op.create_index("file_uses_kind", "file_uses", ["chat", "kind", "seq"])
