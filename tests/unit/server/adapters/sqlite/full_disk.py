"""What must hold when the disk is full and when there is room again, whatever filled it.

Also runs by itself, under a limit on the size of files: ``python full_disk.py <database>``.
"""

import asyncio
import resource
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.store import Batch, Entry, Mark, Outcome, Reader, Row, Tx

_TEXT = b"x" * 2_000
Act = Callable[[SqliteStore], None]


async def scenario(path: Path, fill: Act, free: Act) -> None:
    """Write until the disk that ``fill`` made small is full; ``free`` makes room again."""
    reported: list[Entry] = []
    store = SqliteStore(path)
    await store.open(lambda batch: reported.extend(batch.entries))
    await store.transact(_begin)
    await store.append(Batch([_entry(0)], []))
    fill(store)
    accepted = [0, *await _until_full(store)]
    # Refused, whatever it is, and nothing of it is kept or reported.
    refused = _entry(10_000)
    assert await _code(store.append(Batch([refused], [Mark("a", "bob", 1, 1)]))) == "storage_full"
    assert await _code(store.transact(_large)) == "storage_full"
    # Reads go on, and see what was accepted.
    assert await _stored(store) == [f"id-{n}" for n in accepted]
    assert [entry.client_id for entry in reported] == [f"id-{n}" for n in accepted]
    # Room again: it goes on by itself, without a gap.
    free(store)
    refused.body = b"{}"
    await store.append(Batch([refused], [Mark("a", "bob", 1, 1)]))
    assert (refused.outcome, refused.seq) == (Outcome.APPENDED, len(accepted) + 1)
    assert await _stored(store) == [*(f"id-{n}" for n in accepted), "id-10000"]
    assert await store.read(_sound) == [("ok",)]
    await store.close()


async def _until_full(store: SqliteStore) -> list[int]:
    accepted = []
    for n in range(1, 10_000):
        entry = _entry(n)
        code = await _code(store.append(Batch([entry], [])))
        if code is not None:
            assert code == "storage_full"
            return accepted
        accepted.append(n)
    raise AssertionError("the disk did not fill up")


def _entry(n: int) -> Entry:
    return Entry("a", "ann", "message", _TEXT, client_id=f"id-{n}", counted=True)


async def _begin(tx: Tx) -> None:
    await tx.execute("INSERT INTO chats (id) VALUES ('a')")
    await tx.execute("INSERT INTO members (chat, account) VALUES ('a', 'ann'), ('a', 'bob')")


async def _large(tx: Tx) -> None:
    for n in range(1_000):
        await tx.append(_entry(20_000 + n))


async def _sound(reader: Reader) -> list[Row]:
    return await reader.fetch("PRAGMA integrity_check")


async def _stored(store: SqliteStore) -> list[str]:
    async def work(reader: Reader) -> list[Row]:
        return await reader.fetch("SELECT client_id, seq FROM events WHERE chat = 'a' ORDER BY seq")

    rows = await store.read(work)
    assert [row[1] for row in rows] == list(range(1, len(rows) + 1))
    return [row[0] for row in rows]


async def _code(writing: Awaitable[None]) -> str | None:
    """The code of the error that may be tried again; None if it went well."""
    try:
        await writing
    except ChinwagError as error:
        return error.kind.code if error.kind.retry else f"final: {error.kind.code}"
    return None


def _under_a_limit(path: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # let the write fail instead
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(store: SqliteStore) -> None:
        wal = path.with_name(f"{path.name}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (wal + 200_000, hard))

    def free(store: SqliteStore) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    asyncio.run(scenario(path, fill, free))


if __name__ == "__main__":
    _under_a_limit(Path(sys.argv[1]))
