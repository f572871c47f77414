"""The tables, once for both databases. Migrations bring a database here; a test compares them.

Hot tables lead with ``chat`` so that they can be partitioned by it without a change of queries.
Ids are text, times integer milliseconds UTC, switches 0 or 1. ``change`` is the number of the
commit that last touched a row: what `sync` goes by, and unlike a clock it cannot step back.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

schema = MetaData()

WITHOUT_ROWID: dict[str, Any] = {"sqlite_with_rowid": False}


def _id(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _text(name: str, default: str | None = "") -> Column[str]:
    return Column(name, Text, nullable=default is None, server_default=default)


def _int(name: str, default: int = 0) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text(str(default)))


meta = Table("meta", schema, _id("key"), _text("value"), **WITHOUT_ROWID)

accounts = Table(
    "accounts",
    schema,
    _id("id"),
    Column("handle", Text, nullable=False, unique=True),
    _text("name"),
    _text("about"),
    _text("kind", "person"),
    _text("owner", None),
    _text("password", None),
    _int("admin"),
    _text("status", "active"),
    _text("see_last_seen", "everyone"),
    _text("see_online", "everyone"),
    _int("receipts", 1),
    _text("add_to_groups", "everyone"),
    _int("created_at"),
    _int("last_seen"),
    _int("connected_at"),
    _text("avatar"),
    Index(
        "accounts_owner",
        "owner",
        sqlite_where=text("owner IS NOT NULL"),
        postgresql_where=text("owner IS NOT NULL"),
    ),
    Index(
        "accounts_avatar",
        "avatar",
        sqlite_where=text("avatar <> ''"),
        postgresql_where=text("avatar <> ''"),
    ),
    **WITHOUT_ROWID,
)

devices = Table(
    "devices",
    schema,
    _id("id"),
    Column("account", Text, nullable=False, index=True),
    _text("name"),
    Column("token", LargeBinary, nullable=False, unique=True),
    _int("created_at"),
    _int("used_at"),
    **WITHOUT_ROWID,
)

# Where a device is alerted while it has no session. ``round`` names the job that is to do it next.
push_subscriptions = Table(
    "push_subscriptions",
    schema,
    _id("device"),
    Column("account", Text, nullable=False, index=True),
    Column("endpoint", Text, nullable=False, unique=True),
    _text("key"),
    _text("auth"),
    _int("previews"),
    _int("closing", 1),
    _int("round"),
    _int("created_at"),
    **WITHOUT_ROWID,
)

# What a device is told of a chat, by seqs: the newest it is to be alerted of, the newest that this
# is settled for, and the one whose notification may be on its screen (0: none).
alerts = Table(
    "alerts",
    schema,
    _id("device"),
    _id("chat"),
    _int("due"),
    _int("done"),
    _int("shown"),
    **WITHOUT_ROWID,
)

# Events that somebody may have to be alerted of, put down in their own commit.
alerts_due = Table(
    "alerts_due",
    schema,
    Column("chat", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    **WITHOUT_ROWID,
)

blocks = Table(
    "blocks",
    schema,
    _id("account"),
    _id("blocked"),
    _int("at"),
    Index("blocks_blocked", "blocked"),
    **WITHOUT_ROWID,
)

chats = Table(
    "chats",
    schema,
    _id("id"),
    _text("kind"),
    Column("pair", Text, unique=True),
    _int("last"),
    _int("count"),
    _int("version", 1),
    _int("change"),
    _text("title"),
    _text("description"),
    _text("edit_info", "everyone"),
    _text("send", "everyone"),
    _text("add_members", "everyone"),
    _int("approval"),
    _text("history", "joined"),
    _int("created_at"),
    _text("avatar"),
    Index(
        "chats_avatar",
        "avatar",
        sqlite_where=text("avatar <> ''"),
        postgresql_where=text("avatar <> ''"),
    ),
    **WITHOUT_ROWID,
)

members = Table(
    "members",
    schema,
    Column("chat", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    _text("role", "member"),
    _int("joined", 1),
    _int("departed"),
    _int("departed_count"),
    _text("stays", "[]"),
    _int("since"),
    _int("sent"),
    _int("delivered"),
    _int("read"),
    _int("shown"),
    _int("read_count"),
    _int("mentioned"),
    _int("expired"),
    _int("muted_until"),
    _int("pinned_at"),
    _int("archived"),
    _int("unread"),
    _int("change"),
    Index("members_account", "account", "chat"),
    **WITHOUT_ROWID,
)

# With a rowid, unlike the others: rows go in one after the other instead of into a page for each
# chat, which a commit would have to write whole, and may be long. The index of client ids leads
# with these for the like reason: clients make them so that newer ones sort last (UUIDv7).
events = Table(
    "events",
    schema,
    Column("chat", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    _text("kind"),
    _text("sender"),
    _int("at"),
    _int("count"),
    Column("client_id", Text),
    Column("digest", LargeBinary),
    _int("hidden"),
    Column("body", Text, nullable=False),
    Column("answer", Text),
    Index(
        "events_client",
        "client_id",
        "sender",
        unique=True,
        sqlite_where=text("client_id IS NOT NULL"),
        postgresql_where=text("client_id IS NOT NULL"),
    ),
    Index(
        "events_hidden",
        "chat",
        "seq",
        sqlite_where=text("hidden = 1"),
        postgresql_where=text("hidden = 1"),
    ),
)

receipts = Table(
    "receipts",
    schema,
    Column("chat", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("kind", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    _int("at"),
    **WITHOUT_ROWID,
)

failures = Table(
    "failures",
    schema,
    Column("chat", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("first", BigInteger, primary_key=True),
    _int("last"),
    _text("reason"),
    _int("attempts"),
    _int("at"),
    # Tried again since: it is no failure any more, unless it fails again.
    _int("ended"),
    **WITHOUT_ROWID,
)

# What is on its way here: ``segments`` (JSON, in order) are the objects that hold what came so far;
# ``writer`` names who may add to them. The id will be the file's.
uploads = Table(
    "uploads",
    schema,
    _id("id"),
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
    Index("uploads_account", "account"),
    Index("uploads_expires", "expires_at"),
    **WITHOUT_ROWID,
)

# Bytes by their SHA-256 (hex), kept once however many files have them.
blobs = Table(
    "blobs",
    schema,
    _id("sha256"),
    _int("size"),
    _text("segments", "[]"),
    _int("created_at"),
    **WITHOUT_ROWID,
)

# Whose a file is and what it is; ``blob`` is its content, ``small`` and ``medium`` are its previews
# (empty: none), all by SHA-256.
files = Table(
    "files",
    schema,
    _id("id"),
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
    Index("files_account", "account"),
    Index("files_created_at", "created_at"),
    Index("files_blob", "blob"),
    Index("files_small", "small"),
    Index("files_medium", "medium"),
    **WITHOUT_ROWID,
)

# Which message holds which file. ``kind`` is the file's, for the gallery.
file_uses = Table(
    "file_uses",
    schema,
    Column("chat", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    _text("file"),
    _text("kind"),
    Index("file_uses_file", "file"),
    Index("file_uses_kind", "chat", "kind", "seq"),
    **WITHOUT_ROWID,
)

invites = Table(
    "invites",
    schema,
    _id("code"),
    Column("chat", Text, nullable=False, index=True),
    _text("invited", None),
    _text("created_by"),
    _int("expires_at"),
    _int("limited"),
    _int("uses"),
    **WITHOUT_ROWID,
)

join_requests = Table(
    "join_requests",
    schema,
    Column("chat", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    _text("invited_by", None),
    _int("at"),
    **WITHOUT_ROWID,
)

sign_up_codes = Table(
    "sign_up_codes",
    schema,
    Column("code", LargeBinary, primary_key=True),
    _text("kind", "invite"),
    _int("created_at"),
    _int("expires_at"),
    **WITHOUT_ROWID,
)

# What changed about accounts and devices, for other nodes and processes to follow: see
# `services.revision`. Looked at by ``change``, and kept for a day.
revisions = Table(
    "revisions",
    schema,
    _id("id"),
    _text("kind"),
    _text("subject"),
    _text("node"),
    _int("at"),
    _int("change"),
    Index("revisions_change", "change"),
    **WITHOUT_ROWID,
)

# Commits that other nodes have not been told of yet: ``body`` names chats and seqs. Only where
# there are other nodes.
outbox = Table(
    "outbox",
    schema,
    _id("id"),
    _int("at"),
    _text("body"),
    **WITHOUT_ROWID,
)

jobs = Table(
    "jobs",
    schema,
    _id("id"),
    _text("kind"),
    _text("key"),
    Column("body", LargeBinary, nullable=False),
    _int("attempts"),
    _int("due_at"),
    _int("created_at"),
    _int("dead_at"),
    _text("error"),
    # Whose sessions it concerns; empty: any node may do it.
    _text("node"),
    # How many of the latest attempts began and were never heard of again.
    _int("crashes"),
    Index(
        "jobs_key",
        "kind",
        "key",
        "node",
        unique=True,
        sqlite_where=text("dead_at = 0"),
        postgresql_where=text("dead_at = 0"),
    ),
    Index("jobs_due", "dead_at", "due_at"),
    **WITHOUT_ROWID,
)
