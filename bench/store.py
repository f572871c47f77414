"""What a stored message costs: CPU and time of `SqliteStore.append`, by the size of the batch.

    python -m bench.store [--busy] [folder]

Each batch holds 4 messages a chat, and for each chat a mark: by turns delivered and read.
``--busy`` keeps the event loop's thread computing meanwhile, as a server under load does.
"""

import asyncio
import random
import shutil
import sys
import tempfile
import time
import uuid
from pathlib import Path

from uuid_utils import uuid7

from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.store import Batch, Entry, Mark, Tx

CHATS = 2_000
ROUNDS = {1: 2_000, 4: 1_000, 50: 400, 400: 100}
BODY = b'{"kind":"message","text":"' + b"lorem ipsum dolor sit amet, " * 4 + b'"}'
DIGEST = bytes(32)


def _ids(n: int) -> list[str]:
    return [str(uuid.uuid4()) for _ in range(n)]


async def _fill(store: SqliteStore, chats: list[str], people: list[tuple[str, str]]) -> None:
    async def work(tx: Tx) -> None:
        for chat, pair in zip(chats, people, strict=True):
            await tx.execute("INSERT INTO chats (id, kind) VALUES ($1, 'direct')", chat)
            for user in pair:
                sql = "INSERT INTO members (chat, account) VALUES ($1, $2)"
                await tx.execute(sql, chat, user)

    await store.transact(work)


def _batch(size: int, chats: list[str], people: list[tuple[str, str]], last: list[int]) -> Batch:
    entries, marks = [], []
    for n in random.sample(range(CHATS), max(1, size // 4)):
        sender, other = people[n]
        for _ in range(min(size, 4)):
            cid = str(uuid7())
            entry = Entry(
                chats[n], sender, "message", BODY, client_id=cid, digest=DIGEST, counted=True
            )
            entries.append(entry)
        last[n] += len(entries[-4:]) if size >= 4 else 1
        read = last[n] if last[n] % 8 == 0 else 0
        mark = Mark(chats[n], other, last[n], read)
        mark.shown = True
        marks.append(mark)
    return Batch(entries, marks)


async def _spin() -> None:
    while True:
        end = time.perf_counter() + 0.004
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0)


async def _measure(folder: Path, *, busy: bool) -> None:
    store = SqliteStore(folder / "chinwag.db")
    await store.open(lambda batch: None)
    chats = _ids(CHATS)
    people = list(zip(_ids(CHATS), _ids(CHATS), strict=True))
    await _fill(store, chats, people)
    last = [0] * CHATS
    spin = asyncio.ensure_future(_spin()) if busy else None
    print(f"{'batch':>6} {'us/msg':>8} {'cpu us/msg':>11} {'p50 ms':>8} {'p99 ms':>8} {'max':>8}")
    for size, rounds in ROUNDS.items():
        if busy:
            rounds = 30
        batches = [_batch(size, chats, people, last) for _ in range(rounds)]
        times = []
        cpu, began = time.process_time(), time.perf_counter()
        for batch in batches:
            start = time.perf_counter()
            await store.append(batch)
            times.append((time.perf_counter() - start) * 1e3)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - began
        times.sort()
        each = 1e6 / (size * rounds)
        print(
            f"{size:>6} {wall * each:>8.1f} {cpu * each:>11.1f} {times[rounds // 2]:>8.2f}"
            f" {times[rounds * 99 // 100]:>8.2f} {times[-1]:>8.2f}"
        )
    if spin is not None:
        spin.cancel()
    await store.close()


def main() -> None:
    """Measure in a folder of its own, which is removed."""
    args = [arg for arg in sys.argv[1:] if arg != "--busy"]
    folder = Path(tempfile.mkdtemp(dir=args[0] if args else None))
    try:
        asyncio.run(_measure(folder, busy="--busy" in sys.argv))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
