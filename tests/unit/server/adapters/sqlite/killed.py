"""A writer to be killed: prints each client id once it is acknowledged.

python killed.py <database> <life>
"""

import asyncio
import os
import sys
from pathlib import Path

from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.store import Batch, Entry, Mark, Tx


async def _begin(tx: Tx) -> None:
    for chat in "abc":
        await tx.execute("INSERT INTO chats (id) VALUES ($1) ON CONFLICT DO NOTHING", chat)
        await tx.execute(
            "INSERT INTO members (chat, account) VALUES ($1, 'ann'), ($1, 'bob')"
            " ON CONFLICT DO NOTHING",
            chat,
        )


async def _sender(store: SqliteStore, life: str, n: int) -> None:
    for k in range(100_000):
        chat = "abc"[(n + k) % 3]
        client_id = f"{life}-{n}-{k}"
        entry = Entry(chat, "ann", "message", b"{}" * 50, client_id=client_id, counted=True)
        await store.append(Batch([entry], [Mark(chat, "bob", 1_000_000, k)]))
        os.write(1, f"{client_id} {chat} {entry.seq}\n".encode())


async def _main(path: Path, life: str) -> None:
    store = SqliteStore(path)
    await store.open(lambda batch: None)
    await store.transact(_begin)
    await asyncio.gather(*(_sender(store, life, n) for n in range(20)))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), sys.argv[2]))
