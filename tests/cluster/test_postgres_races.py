"""Two or three stores on one database, in each other's way: what a rule judged by still holds when
it commits, and every chat's seqs stay dense and in one order.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from chinwag.protocol import commands
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.postgres.store import PostgresStore
from chinwag.server.delivery.locks import lock_chats
from chinwag.server.ports.store import Batch, Outcome, Tx
from chinwag.server.services.actions import GroupLimits
from chinwag.server.services.entrance import create_account
from contracts.opened import Opened, mark, message
from unit.server.services.world import Person, World, new_client_id

MEMBERS = 6


@pytest.fixture
async def worlds(postgres: str, tmp_path: Path) -> AsyncIterator[tuple[World, World]]:
    """Two nodes' rules on one database."""
    limits = GroupLimits(members=MEMBERS)
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                World(tmp_path / "none", limits, lambda _: PostgresStore(postgres, exclusive=False))
            )
            for _ in range(2)
        ]
        yield one, other


@pytest.fixture
async def stores(postgres: str) -> AsyncIterator[list[Opened]]:
    """Three stores on one database."""
    opened = [Opened(lambda: PostgresStore(postgres, exclusive=False)) for _ in range(3)]
    await asyncio.gather(*(each.open() for each in opened))
    yield opened
    await asyncio.gather(*(each.store.close() for each in opened))


async def _outcomes(*doing: Any) -> list[str]:
    """What became of each: ``ok``, or the code of its refusal."""
    found = []
    for result in await asyncio.gather(*doing, return_exceptions=True):
        if isinstance(result, ChinwagError):
            found.append(result.kind.code)
        elif isinstance(result, BaseException):
            raise result
        else:
            found.append("ok")
    return sorted(found)


# --- rules ---------------------------------------------------------------------------------------


async def test_the_last_place_in_a_group_is_taken_once(worlds: tuple[World, World]) -> None:
    one, other = worlds
    ada, *others = await one.people("ada bob cat dan eve")
    many = await one.people(" ".join(f"user{n}" for n in range(12)))
    chat = await one.group(ada, *others)  # five of six
    code = await one.link(ada, chat)
    joins = [(one, other)[n % 2].join(person, code) for n, person in enumerate(many)]
    assert await _outcomes(*joins) == ["group_full"] * 11 + ["ok"]
    assert len((await one.roster(chat)).active) == MEMBERS
    await one.lines(chat)  # dense


async def test_a_link_for_so_many_uses_lets_so_many_in(worlds: tuple[World, World]) -> None:
    one, other = worlds
    ada, *many = await one.people("ada bob cat dan eve fay")
    chat = await one.group(ada)
    link = await one.do(ada, commands.ResetInviteLink(chat, 3600, uses=2))
    joins = [(one, other)[n % 2].join(person, link.code) for n, person in enumerate(many)]
    assert await _outcomes(*joins) == ["invite_invalid"] * 3 + ["ok"] * 2


async def test_two_admins_who_demote_each_other_leave_one(worlds: tuple[World, World]) -> None:
    one, other = worlds
    ada, bob = await one.people("ada bob")
    chat = await one.group(ada, bob)
    await one.set_role(ada, chat, bob, "admin")
    outcomes = await _outcomes(
        one.set_role(ada, chat, bob, "member"), other.set_role(bob, chat, ada, "member")
    )
    assert outcomes == ["not_allowed", "ok"]
    assert len((await one.roster(chat)).admins()) == 1


async def test_a_handle_is_given_once(stores: list[Opened]) -> None:
    async def create(store: Opened) -> None:
        async def work(tx: Tx) -> None:
            await create_account(tx, "ann", "Ann", password=None)

        await store.store.transact(work)

    outcomes = await _outcomes(*(create(stores[n % 3]) for n in range(9)))
    assert outcomes == ["handle_taken"] * 8 + ["ok"]


async def test_two_people_get_one_chat(worlds: tuple[World, World]) -> None:
    one, other = worlds
    await one.people("ada bob")
    chats = await asyncio.gather(
        *(world.chats.direct("ada", "bob") for world in worlds for _ in range(5)),
        *(world.chats.direct("bob", "ada") for world in worlds for _ in range(5)),
    )
    assert len(set(chats)) == 1
    assert await other.members(chats[0]) == {"ada": "member", "bob": "member"}


async def test_a_command_that_comes_by_two_nodes_is_carried_out_once(
    worlds: tuple[World, World],
) -> None:
    one, other = worlds
    ada, bob = await one.people("ada bob")
    chat = await one.group(ada)
    command = commands.AddMembers(chat, new_client_id(), (bob.user,))
    answers = await asyncio.gather(*(world.do(ada, command) for world in (one, other) * 3))
    assert len({(answer.seq, answer.at) for answer in answers}) == 1
    assert len(await one.lines(chat)) == 2


async def test_who_is_removed_by_one_node_says_nothing_more_by_the_other(
    worlds: tuple[World, World],
) -> None:
    one, other = worlds
    ada, bob = await one.people("ada bob")
    for _ in range(8):
        chat = await one.group(ada, bob)
        await other.say(bob, chat)  # it knows the roster now

        async def talk(chat: str = chat) -> None:
            try:
                while True:
                    await other.say(bob, chat)
            except ChinwagError as refused:
                assert refused.kind.code == "not_a_member"  # noqa: PT017

        talking = asyncio.ensure_future(talk())
        await asyncio.sleep(random.uniform(0, 0.03))
        gone = await one.remove(ada, chat, bob)
        await talking
        assert [n for n, (who, _) in enumerate(await one.lines(chat), 1) if who == "bob"][-1] < (
            gone.seq
        )


async def test_settings_and_marks_leave_each_other_be(worlds: tuple[World, World]) -> None:
    one, other = worlds
    ada, bob = await one.people("ada bob")
    chat = await one.group(ada, bob)
    for _ in range(20):
        await one.say(ada, chat)
    versions = []

    async def arrange(world: World, person: Person) -> None:
        for n in range(10):
            mine = await world.chats.arrange(person, commands.Arrange(chat, muted_until=n + 1))
            versions.append(mine.version)

    async def read(store: Any) -> None:
        for n in range(1, 21):
            await store.append(Batch([], [mark(chat, "bob", n, n)]))

    await asyncio.gather(arrange(one, bob), read(other.store), arrange(other, bob))
    seat = (await one.roster(chat)).seats["bob"]
    assert (seat.read, seat.shown, seat.delivered, seat.muted_until) == (20, 20, 20, 10)
    assert len(set(versions)) == 20
    assert seat.change >= max(versions)


# --- the log -------------------------------------------------------------------------------------

CHATS = ("a", "b", "c")


@pytest.mark.parametrize("seed", range(3))
async def test_three_stores_fill_the_same_chats(stores: list[Opened], seed: int) -> None:
    chance = random.Random(seed)
    people = ("ann", "bob", "cat")
    for chat in CHATS:
        await stores[0].chat(chat, *people)

    async def batches(store: Opened, who: str) -> None:
        for n in range(25):
            chats = [chance.choice(CHATS) for _ in range(chance.randint(1, 4))]
            entries = [message(c, who, f"{who}-{n}-{i}") for i, c in enumerate(chats)]
            marks = [mark(c, who, 10_000, chance.choice((0, 10_000))) for c in set(chats)]
            await store.append(*entries, marks=tuple(marks))
            assert {entry.outcome for entry in entries} == {Outcome.APPENDED}

    async def actions(store: Opened, who: str) -> None:
        async def work(tx: Tx) -> None:
            chats = sorted(chance.sample(CHATS, 2))
            await lock_chats(tx, *chats)
            for chat in chats:
                await tx.append(message(chat, who))

        for _ in range(8):
            await store.store.transact(work)

    await asyncio.gather(
        *(batches(store, who) for store, who in zip(stores, people, strict=True)),
        *(actions(store, who) for store, who in zip(stores, people, strict=True)),
    )
    total = 0
    for chat in CHATS:
        log = await stores[0].log(chat)
        assert [row[0] for row in log] == [row[4] for row in log] == list(range(1, len(log) + 1))
        ((last, count),) = await stores[1].fetch(
            "SELECT last, count FROM chats WHERE id = $1", chat
        )
        assert last == count == len(log)
        total += len(log)
        for store, who in zip(stores, people, strict=True):
            reported = [
                entry.seq
                for batch in store.batches
                for entry in batch.entries
                if entry.chat == chat and entry.outcome is Outcome.APPENDED
            ]
            assert reported == [row[0] for row in log if row[1] == who]  # in order, and its own
            own = sum(row[1] == who and row[0] > 0 for row in log)
            seat = await store.seat(chat, who)
            assert own <= seat["read_count"] <= len(log)
            assert seat["sent"] == max(row[0] for row in log if row[1] == who)
    sent = sum(len(batch.entries) for store in stores for batch in store.batches)
    assert total == sent


async def test_rules_that_lock_in_no_order_come_through(stores: list[Opened]) -> None:
    """They only take longer, and may be told to try again."""
    for chat in CHATS:
        await stores[0].chat(chat, "ann")

    async def act(store: Opened, chats: tuple[str, ...]) -> None:
        async def work(tx: Tx) -> None:
            for chat in chats:
                await tx.append(message(chat, "ann"))

        await _until_it_is_not_busy(lambda: store.store.transact(work))

    async def send(store: Opened) -> None:
        await _until_it_is_not_busy(lambda: store.append(*(message(c, "ann") for c in CHATS)))

    await asyncio.gather(
        *(act(store, chats) for store in stores[:2] for chats in (CHATS, CHATS[::-1])),
        *(send(store) for store in stores for _ in range(3)),
    )
    for chat in CHATS:
        assert [row[0] for row in await stores[0].log(chat)] == list(range(1, 14))


async def _until_it_is_not_busy(doing: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await doing()
            return
        except ChinwagError as error:
            if error.kind.code != "busy":
                raise


async def test_the_same_client_id_by_three_stores_is_one_entry(stores: list[Opened]) -> None:
    await stores[0].chat("a", "ann")
    for n in range(10):
        entries = [message("a", "ann", f"id-{n}") for _ in stores]
        await asyncio.gather(
            *(store.append(entry) for store, entry in zip(stores, entries, strict=True))
        )
        assert sorted(entry.outcome.name for entry in entries) == ["APPENDED", "REPEAT", "REPEAT"]
        assert {entry.seq for entry in entries} == {n + 1}
    assert len(await stores[1].log("a")) == 10


async def test_changes_are_seen_by_whoever_synced_before(stores: list[Opened]) -> None:
    """However commits overlap: a token misses nothing that its view did not hold."""
    writers, reader = stores[:2], stores[2]
    for chat in CHATS:
        await reader.chat(chat, "ann")
    state: dict[str, int] = {}
    since = 0

    async def sync() -> None:
        nonlocal since

        async def work(view: Any) -> tuple[int, list[Any]]:
            sql = "SELECT id, last FROM chats WHERE change > $1"
            return view.change, await view.fetch(sql, since)

        since, rows = await reader.store.read(work)
        state.update(rows)

    async def write(store: Opened) -> None:
        async def slowly(tx: Tx) -> None:
            await tx.append(message(random.choice(CHATS), "ann"))
            await tx.fetch("SELECT pg_sleep(0.004)")

        for _ in range(20):
            await asyncio.gather(
                store.append(message(random.choice(CHATS), "ann")), store.store.transact(slowly)
            )

    writing = asyncio.gather(*(write(store) for store in writers))
    while not writing.done():
        await sync()
    await writing
    await sync()
    assert state == dict(await reader.fetch("SELECT id, last FROM chats"))
