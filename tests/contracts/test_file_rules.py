"""The rules of files, on every database: who may have one, and that what is used is there."""

import asyncio

import pytest

from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.store import Tx
from chinwag.server.services import files
from contracts.opened import Opened, message


async def _file(opened: Opened, file: str, owner: str, kind: str = "document") -> None:
    sql = "INSERT INTO files (id, account, kind, name, type, size) VALUES ($1, $2, $3, 'x', 'y', 1)"
    await opened.execute(sql, file, owner, kind)


async def _use(opened: Opened, chat: str, seq: int, file: str) -> None:
    sql = "INSERT INTO file_uses (chat, seq, file, kind) VALUES ($1, $2, $3, 'document')"
    await opened.execute(sql, chat, seq, file)


async def _may(opened: Opened, file: str, *users: str) -> list[str]:
    found = []
    for user in users:
        try:
            await opened.store.read(lambda db, user=user: files.find(db, file, user))  # type: ignore[misc]
            found.append(user)
        except ChinwagError as error:
            assert error.kind.code == "no_such_file"  # noqa: PT017
    return found


async def test_who_has_a_file_by_their_stay(opened: Opened) -> None:
    people = ("owner", "all", "late", "left", "back", "none")
    await opened.chat("a", *people[:-1])
    await opened.append(*(message("a", "owner") for _ in range(9)))
    await _file(opened, "f", "owner")
    await _use(opened, "a", 5, "f")
    for user, joined, departed, stays in (
        ("late", 6, 0, "[]"),
        ("left", 1, 8, "[]"),
        ("back", 8, 0, "[[1,3],[4,6]]"),
    ):
        await opened.execute(
            "UPDATE members SET joined = $2, departed = $3, stays = $4 WHERE account = $1",
            user, joined, departed, stays,
        )  # fmt: skip
    assert await _may(opened, "f", *people) == ["owner", "all", "back"]
    await opened.execute("UPDATE members SET stays = '[[1,5]]' WHERE account = 'back'")
    assert await _may(opened, "f", *people) == ["owner", "all"]
    await opened.execute("UPDATE events SET hidden = 1 WHERE seq = 5")
    assert await _may(opened, "f", *people) == ["owner"]


@pytest.mark.parametrize("number", range(3))
async def test_what_is_used_is_not_let_go_of(opened: Opened, number: int) -> None:
    """Somebody forwards a file while its last message is being deleted: one of the two loses."""
    await opened.chat("a", "ann", "bob")
    await opened.append(*(message("a", "ann") for _ in range(40)))
    for n in range(1, 21):
        await _file(opened, f"f{n}", "ann")
        await _use(opened, "a", n, f"f{n}")

    async def forward(tx: Tx, n: int) -> None:
        held = await files.take(tx, f"f{n}", "bob")
        await tx.execute(
            "INSERT INTO file_uses (chat, seq, file, kind) VALUES ('a', $1, $2, $3)",
            n + 20, held.id, held.kind,
        )  # fmt: skip

    async def delete(tx: Tx, n: int) -> None:
        await tx.execute("DELETE FROM file_uses WHERE chat = 'a' AND seq = $1", n)
        await files.release(tx, [f"f{n}"])

    async def both(n: int) -> bool:
        works = [delete, forward] if (n + number) % 2 else [forward, delete]
        done = await asyncio.gather(
            *(opened.store.transact(lambda tx, work=work: work(tx, n)) for work in works),  # type: ignore[misc]
            return_exceptions=True,
        )
        refused = [each for each in done if each is not None]
        assert all(isinstance(each, ChinwagError) for each in refused), refused
        return not refused

    forwarded = await asyncio.gather(*(both(n) for n in range(1, 21)))
    used = {file for (file,) in await opened.fetch("SELECT file FROM file_uses")}
    there = {file for (file,) in await opened.fetch("SELECT id FROM files")}
    assert used == there
    assert len(used) == sum(forwarded)
