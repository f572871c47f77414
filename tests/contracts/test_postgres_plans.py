"""PostgreSQL finds pictures and bots by partial indexes, like SQLite."""

import asyncpg

from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.services import bots, files

_MANY = """
INSERT INTO accounts (id, handle) SELECT n, n FROM generate_series(1, 5000) n;
INSERT INTO chats (id) SELECT n FROM generate_series(1, 5000) n;
INSERT INTO members (chat, account) SELECT n, n % 10 FROM generate_series(1, 5000) n;
ANALYZE
"""
# With the types of what each is given, and something to give.
_FOUND_BY = {
    ("accounts_avatar", "chats_avatar"): (files._PICTURES, "text, text", "'f', '1'"),
    ("accounts_avatar", "chats_avatar", "file_uses_file"): (files._RELEASE, "text[]", "'{f}'"),
    ("accounts_owner",): (bots._OWN, "text", "'1'"),
}


async def test_partial_indexes_are_used(postgres: str) -> None:
    """Even by a plan that is kept for whatever is given, and so knows none of it: the statement
    has to say by itself that it wants no empty ones.
    """
    store = PostgresStore(postgres)
    await store.open(lambda batch: None)
    await store.close()
    session = await asyncpg.connect(postgres)
    try:
        await session.execute(_MANY)
        await session.execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan")
        for indexes, (sql, types, given) in _FOUND_BY.items():
            await session.execute(f"PREPARE asked ({types}) AS {sql}")
            rows = await session.fetch(f"EXPLAIN EXECUTE asked ({given})")
            await session.execute("DEALLOCATE asked")
            plan = "\n".join(line for (line,) in rows)
            assert all(f" {index} " in plan for index in indexes), plan
    finally:
        await session.close()
