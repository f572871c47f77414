"""What every store promises: see `chinwag.server.ports.store`."""

import asyncio
from typing import Any

import pytest

from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.store import Batch, Entry, Outcome, Reader, Tx
from contracts.opened import Opened, mark, message


async def test_an_entry_gets_the_next_seq_of_its_chat(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    await opened.chat("b", "ann")
    entries = await opened.append(
        message("a", "ann"), message("b", "ann"), message("a", "bob"), message("a", "ann")
    )
    assert [(e.chat, e.seq, e.count) for e in entries] == [
        ("a", 1, 1),
        ("b", 1, 1),
        ("a", 2, 2),
        ("a", 3, 3),
    ]
    assert {e.outcome for e in entries} == {Outcome.APPENDED}
    assert len({e.at for e in entries}) == 1
    (later,) = await opened.append(message("a", "ann"))
    assert later.seq == 4
    assert [row[0] for row in await opened.log("a")] == [1, 2, 3, 4]


async def test_an_entry_is_stored_as_it_was_given(opened: Opened) -> None:
    await opened.chat("a", "ann")
    text = "héllo \U0001f9a9 \u202e \\u0000"
    body = f'{{"text":"{text}"}}'.encode()
    entry = Entry("a", "ann", "message", body, client_id="c-1", digest=b"\0\xff", hidden=True)
    await opened.append(entry)
    columns = "kind, sender, at, count, client_id, digest, hidden, body, answer"
    assert await opened.fetch(f"SELECT {columns} FROM events") == [
        ("message", "ann", entry.at, 0, "c-1", b"\0\xff", 1, body.decode(), None)
    ]


async def test_what_is_not_counted_leaves_the_count(opened: Opened) -> None:
    await opened.chat("a", "ann")
    service = Entry("a", "ann", "added", b"{}")
    entries = await opened.append(message("a", "ann"), service, message("a", "ann"))
    assert [(e.seq, e.count) for e in entries] == [(1, 1), (2, 1), (3, 2)]


async def test_an_empty_batch_is_committed_too(opened: Opened) -> None:
    await opened.store.append(Batch([], []))
    assert len(opened.batches) == 1


@pytest.mark.parametrize("size", [1, 3, 513, 1025])
async def test_a_batch_of_any_size_is_dense(opened: Opened, size: int) -> None:
    await opened.chat("a", "ann")
    entries = await opened.append(*(message("a", "ann", f"id-{n}") for n in range(size)))
    assert [e.seq for e in entries] == list(range(1, size + 1))
    assert len(await opened.log("a")) == size


# --- repeats -------------------------------------------------------------------------------------


async def test_a_repeat_is_answered_as_the_first_time(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    (first,) = await opened.append(message("a", "ann", "id-1"))
    await opened.append(message("a", "bob"))
    again = message("a", "ann", "id-1")
    again.answer = b"{}"
    other = message("a", "bob", "id-1")
    await opened.append(again, other)
    assert again.outcome is Outcome.REPEAT
    assert (again.seq, again.at, again.count) == (first.seq, first.at, first.count)
    assert again.answer == first.answer
    assert (other.outcome, other.seq) == (Outcome.APPENDED, 3)  # a client id is its sender's own
    assert [row[0] for row in await opened.log("a")] == [1, 2, 3]
    assert (await opened.seat("a", "ann"))["read_count"] == 1


async def test_a_repeat_inside_a_batch(opened: Opened) -> None:
    await opened.chat("a", "ann")
    entries = await opened.append(
        message("a", "ann", "id-1"),
        message("a", "ann", "id-1"),
        message("a", "ann", "id-2"),
        message("a", "ann", "id-1", text="other"),
    )
    assert [e.outcome for e in entries] == [
        Outcome.APPENDED,
        Outcome.REPEAT,
        Outcome.APPENDED,
        Outcome.REUSED,
    ]
    assert [e.seq for e in entries[:3]] == [1, 1, 2]
    assert entries[1].answer == entries[0].answer
    assert len(await opened.log("a")) == 2


async def test_a_client_id_with_another_content_or_chat_is_refused(opened: Opened) -> None:
    await opened.chat("a", "ann")
    await opened.chat("b", "ann")
    await opened.append(message("a", "ann", "id-1"))
    entries = await opened.append(
        message("a", "ann", "id-1", text="other"),
        message("b", "ann", "id-1"),
        message("b", "ann", "id-2"),
    )
    outcomes = [e.outcome for e in entries]
    assert outcomes == [Outcome.REUSED, Outcome.REUSED, Outcome.APPENDED]
    assert len(await opened.log("a")) == 1
    assert [row[2] for row in await opened.log("b")] == ["id-2"]


async def test_concurrent_repeats_give_one_entry(opened: Opened) -> None:
    await opened.chat("a", "ann")
    entries = [message("a", "ann", "id-1") for _ in range(20)]
    await asyncio.gather(*(opened.append(entry) for entry in entries))
    assert sorted(e.outcome.name for e in entries) == ["APPENDED"] + ["REPEAT"] * 19
    assert {(e.seq, e.at, e.count) for e in entries} == {(1, entries[0].at, 1)}
    assert len(await opened.log("a")) == 1


async def test_a_repeat_survives_a_restart(opened: Opened) -> None:
    await opened.chat("a", "ann")
    (first,) = await opened.append(message("a", "ann", "id-1"))
    await opened.reopen()
    (again,) = await opened.append(message("a", "ann", "id-1"))
    assert (again.outcome, again.seq, again.at) == (Outcome.REPEAT, first.seq, first.at)


async def test_entries_without_a_client_id_are_never_repeats(opened: Opened) -> None:
    await opened.chat("a", "ann")
    entries = await opened.append(message("a", "ann"), message("a", "ann"))
    assert [e.seq for e in entries] == [1, 2]


async def test_an_outcome_left_from_a_first_try_counts_for_nothing(opened: Opened) -> None:
    await opened.chat("a", "ann")
    entry = message("a", "ann", "id-1")
    entry.outcome = Outcome.REPEAT
    entry.seq = 99
    await opened.append(entry)
    assert (entry.outcome, entry.seq) == (Outcome.APPENDED, 1)


# --- versions ------------------------------------------------------------------------------------


async def test_another_version_of_the_chat_makes_an_entry_stale(opened: Opened) -> None:
    await opened.chat("a", "ann")
    await opened.execute("UPDATE chats SET version = 3 WHERE id = $1", "a")
    entries = await opened.append(
        message("a", "ann", "id-1", version=2),
        message("a", "ann", "id-2", version=3),
        message("a", "ann", "id-3"),
    )
    outcomes = [e.outcome for e in entries]
    assert outcomes == [Outcome.STALE, Outcome.APPENDED, Outcome.APPENDED]
    assert [row[2] for row in await opened.log("a")] == ["id-2", "id-3"]


async def test_an_entry_for_no_chat_is_stale(opened: Opened) -> None:
    await opened.chat("a", "ann")
    entries = await opened.append(message("nowhere", "ann"), message("a", "ann"))
    assert [e.outcome for e in entries] == [Outcome.STALE, Outcome.APPENDED]


async def test_a_repeat_is_one_whatever_happened_to_the_chat_since(opened: Opened) -> None:
    await opened.chat("a", "ann")
    (first,) = await opened.append(message("a", "ann", "id-1", version=1))
    await opened.execute("UPDATE chats SET version = 2 WHERE id = $1", "a")
    (again,) = await opened.append(message("a", "ann", "id-1", version=1))
    assert (again.outcome, again.seq, again.answer) == (Outcome.REPEAT, 1, first.answer)


# --- marks ---------------------------------------------------------------------------------------


async def _talk(opened: Opened) -> None:
    """From ann 1, from bob 2 and 3, a service line 4, ann 5."""
    await opened.chat("a", "ann", "bob")
    service = Entry("a", "bob", "added", b"{}")
    bobs = message("a", "bob"), message("a", "bob")
    await opened.append(message("a", "ann"), *bobs, service, message("a", "ann"))


async def test_marks_rise_and_never_fall(opened: Opened) -> None:
    await _talk(opened)
    await opened.mark(mark("a", "bob", 3))
    await opened.mark(mark("a", "bob", 2))
    seat = await opened.seat("a", "bob")
    assert (seat["delivered"], seat["read"]) == (3, 0)
    await opened.mark(mark("a", "bob", 0, 2))
    await opened.mark(mark("a", "bob", 0, 1))
    seat = await opened.seat("a", "bob")
    assert (seat["delivered"], seat["read"], seat["shown"]) == (3, 2, 2)


async def test_what_is_read_is_delivered(opened: Opened) -> None:
    await _talk(opened)
    await opened.mark(mark("a", "bob", 0, 5))
    assert (await opened.seat("a", "bob"))["delivered"] == 5
    assert await opened.receipts("a", "bob") == [(0, 5), (1, 5)]


async def test_no_mark_passes_the_end_of_the_log(opened: Opened) -> None:
    await _talk(opened)
    (raised,) = await opened.mark(mark("a", "bob", 90, 80))
    assert (raised.delivered, raised.read, raised.read_count) == (5, 5, 4)
    seat = await opened.seat("a", "bob")
    assert (seat["delivered"], seat["read"], seat["read_count"]) == (5, 5, 4)


async def test_no_mark_passes_the_end_of_a_stay(opened: Opened) -> None:
    await _talk(opened)
    await opened.execute("UPDATE members SET departed = 4 WHERE account = $1", "bob")
    (raised,) = await opened.mark(mark("a", "bob", 5, 5))
    assert (raised.delivered, raised.read, raised.read_count) == (3, 3, 3)
    assert await opened.receipts("a", "bob") == [(0, 3), (1, 3)]


async def test_a_receipt_is_logged_only_when_a_mark_moved(opened: Opened) -> None:
    await _talk(opened)
    for _ in range(3):
        await opened.mark(mark("a", "bob", 2), mark("a", "bob", 2))
    await opened.mark(mark("a", "bob", 1))
    assert await opened.receipts("a", "bob") == [(0, 2)]


async def test_a_read_that_is_not_shown_is_kept_from_the_others(opened: Opened) -> None:
    await _talk(opened)
    (raised,) = await opened.mark(mark("a", "bob", 0, 5, shown=False))
    assert raised.read_count == 4
    seat = await opened.seat("a", "bob")
    assert (seat["read"], seat["shown"]) == (5, 0)
    assert await opened.receipts("a", "bob") == [(0, 5)]


@pytest.mark.parametrize(
    ("who", "read", "count"),
    [
        *(("ann", 1, 2), ("ann", 2, 3), ("ann", 3, 4), ("ann", 5, 4)),
        *(("bob", 1, 3), ("bob", 2, 3), ("bob", 3, 3), ("bob", 4, 3), ("bob", 5, 4)),
    ],
)
async def test_own_messages_after_a_partial_read_do_not_count_as_unread(
    opened: Opened, who: str, read: int, count: int
) -> None:
    await _talk(opened)
    (raised,) = await opened.mark(mark("a", who, 0, read))
    assert raised.read_count == count
    assert (await opened.seat("a", who))["read_count"] == count


async def test_no_mark_passes_what_stood_before_its_batch(opened: Opened) -> None:
    await _talk(opened)
    theirs, own = message("a", "ann"), message("a", "bob")
    raised = mark("a", "bob", 7, 7)
    await opened.append(theirs, own, marks=(raised,))
    assert (raised.delivered, raised.read, raised.read_count) == (5, 5, 5)
    seat = await opened.seat("a", "bob")
    assert (seat["delivered"], seat["read"], seat["read_count"]) == (5, 5, 5)


async def test_the_highest_of_one_members_marks_in_a_batch_wins(opened: Opened) -> None:
    await _talk(opened)
    marks = await opened.mark(
        mark("a", "bob", 2), mark("a", "bob", 5), mark("a", "bob", 0, 3), mark("a", "bob", 0, 1)
    )
    seat = await opened.seat("a", "bob")
    assert (seat["delivered"], seat["read"]) == (5, 3)
    assert [raised.read_count for raised in marks] == [0, 0, 3, 3]
    assert await opened.receipts("a", "bob") == [(1, 3), (0, 5)]


async def test_a_mark_that_moves_nothing_still_tells_the_count(opened: Opened) -> None:
    await _talk(opened)
    await opened.mark(mark("a", "bob", 0, 5))
    (raised,) = await opened.mark(mark("a", "bob", 0, 2))
    assert raised.read_count == 4


async def test_reading_clears_the_unread_flag(opened: Opened) -> None:
    await _talk(opened)
    await opened.mark(mark("a", "bob", 0, 5))
    await opened.execute("UPDATE members SET unread = 1 WHERE account = $1", "bob")
    await opened.mark(mark("a", "bob", 5))
    assert (await opened.seat("a", "bob"))["unread"] == 1
    await opened.mark(mark("a", "bob", 0, 5))
    assert (await opened.seat("a", "bob"))["unread"] == 0


async def test_a_mark_of_nobody_is_passed_over(opened: Opened) -> None:
    await _talk(opened)
    await opened.mark(mark("a", "eve", 3, 3), mark("nowhere", "bob", 3), mark("a", "bob", 1))
    assert await opened.receipts("a", "eve") == []
    assert (await opened.seat("a", "bob"))["delivered"] == 1


async def test_own_messages_are_read(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    await opened.append(message("a", "ann"), message("a", "bob"), message("a", "ann", hidden=True))
    ann, bob = await opened.seat("a", "ann"), await opened.seat("a", "bob")
    assert (ann["read_count"], ann["sent"], ann["read"]) == (1, 3, 0)
    assert (bob["read_count"], bob["sent"]) == (1, 2)


# --- change --------------------------------------------------------------------------------------


async def _changes(opened: Opened) -> dict[str, int]:
    rows = await opened.fetch(
        "SELECT id, change FROM chats UNION SELECT account, change FROM members"
    )
    return dict(rows)


async def test_the_rows_that_a_commit_touched_carry_its_change(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    await opened.chat("b", "eve")
    before = await _changes(opened)
    await opened.append(message("a", "ann"))
    after = await _changes(opened)
    assert after["a"] == after["ann"] > max(before.values())
    assert (after["b"], after["bob"], after["eve"]) == (before["b"], before["bob"], before["eve"])
    await opened.mark(mark("a", "bob", 1))
    last = await _changes(opened)
    assert last["a"] == last["bob"] > after["a"]  # the ticks of the others changed
    await opened.mark(mark("a", "bob", 1))
    assert await _changes(opened) == last


async def test_the_change_grows_from_commit_to_commit_and_over_restarts(opened: Opened) -> None:
    async def number(tx: Tx) -> int:
        return tx.change

    first = await opened.store.transact(number)
    second = await opened.store.transact(number)
    await opened.reopen()
    third = await opened.store.transact(number)
    assert first < second < third


# --- transactions --------------------------------------------------------------------------------


async def test_a_transaction_is_all_or_nothing(opened: Opened) -> None:
    await opened.chat("a", "ann")

    async def fails(tx: Tx) -> None:
        await tx.execute("UPDATE chats SET title = $1", "changed")
        await tx.append(message("a", "ann"))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await opened.store.transact(fails)
    assert await opened.fetch("SELECT title, last FROM chats") == [("", 0)]
    assert await opened.log("a") == []


async def test_a_transaction_sees_its_own_writes_and_returns_a_value(opened: Opened) -> None:
    await opened.chat("a", "ann")

    async def work(tx: Tx) -> list[Any]:
        touched = await tx.execute("UPDATE chats SET title = $2 WHERE id = $1", "a", "new")
        missed = await tx.execute("UPDATE chats SET title = $2 WHERE id = $1", "b", "new")
        return [touched, missed, await tx.fetch("SELECT title FROM chats")]

    assert await opened.store.transact(work) == [1, 0, [("new",)]]


async def test_lists_are_arguments(opened: Opened) -> None:
    for chat in "abc":
        await opened.chat(chat)
    sql = "SELECT id FROM chats WHERE id = ANY($1) AND last = ANY($2) ORDER BY id"
    assert await opened.fetch(sql, ["a", "c", "x"], [0, 1]) == [("a",), ("c",)]
    assert await opened.fetch(sql, [], [0]) == []


async def test_failing_transactions_leave_the_rest_of_the_group_alone(opened: Opened) -> None:
    await opened.chat("a", "ann")

    async def fails(tx: Tx) -> None:
        await tx.append(message("a", "ann", "id-fails"))
        raise ChinwagError_()

    async def breaks(tx: Tx) -> None:
        await tx.append(message("a", "ann", "id-breaks"))
        await tx.execute("THIS IS NO SQL")

    works = [opened.store.transact(work) for work in (fails, breaks) * 5]
    batches = [opened.append(message("a", "ann", f"id-{n}")) for n in range(10)]
    mixed = [each for pair in zip(works, batches, strict=True) for each in pair]
    results = await asyncio.gather(*mixed, return_exceptions=True)
    assert all(isinstance(result, Exception) for result in results[::2])
    assert [row[:1] + row[2:3] for row in await opened.log("a")] == [
        (n + 1, f"id-{n}") for n in range(10)
    ]


class ChinwagError_(Exception):  # noqa: N801
    """A rule's refusal."""


async def test_a_rule_that_waits_for_something_else_is_refused(opened: Opened) -> None:
    async def waits(tx: Tx) -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="nothing but its Tx"):
        await opened.store.transact(waits)


# --- entries in transactions ---------------------------------------------------------------------


async def _place(opened: Opened, entry: Entry, *, bump: bool = True) -> Entry:
    async def work(tx: Tx) -> Entry:
        return await tx.append(entry, bump=bump)

    return await opened.store.transact(work)


async def test_an_entry_in_a_transaction_raises_the_version(opened: Opened) -> None:
    await opened.chat("a", "ann")
    first = await _place(opened, Entry("a", "ann", "added", b"{}"))
    second = await _place(opened, message("a", "ann"), bump=False)
    assert (first.seq, first.count, first.version) == (1, 0, 2)
    assert (second.seq, second.count, second.version) == (2, 1, 2)
    assert await opened.fetch("SELECT last, count, version FROM chats") == [(2, 1, 2)]
    seat = await opened.seat("a", "ann")
    assert (seat["sent"], seat["read_count"]) == (2, 1)


async def test_a_repeat_in_a_transaction_stores_nothing(opened: Opened) -> None:
    await opened.chat("a", "ann")
    first = await _place(opened, message("a", "ann", "id-1"))
    again = await _place(opened, message("a", "ann", "id-1"))
    reused = await _place(opened, message("a", "ann", "id-1", text="other"))
    assert (again.outcome, again.seq, again.answer) == (Outcome.REPEAT, 1, first.answer)
    assert reused.outcome is Outcome.REUSED
    assert await opened.fetch("SELECT last, version FROM chats") == [(1, 2)]
    assert len(await opened.log("a")) == 1


async def test_a_repeat_over_both_ways(opened: Opened) -> None:
    await opened.chat("a", "ann")
    await _place(opened, message("a", "ann", "id-1"))
    (again,) = await opened.append(message("a", "ann", "id-1"))
    assert (again.outcome, again.seq) == (Outcome.REPEAT, 1)


async def test_an_entry_for_no_chat_in_a_transaction_is_stale(opened: Opened) -> None:
    entry = await _place(opened, message("nowhere", "ann"))
    assert entry.outcome is Outcome.STALE


# --- mentions ------------------------------------------------------------------------------------


async def test_a_message_raises_the_marks_of_those_it_mentions(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob", "cat")
    await opened.chat("b", "ann", "bob")
    entries = await opened.append(
        message("a", "ann", mentions=("bob", "cat")),
        message("a", "ann"),
        message("a", "ann", mentions=("bob",)),
        message("b", "ann"),
    )
    seats = {who: await opened.seat("a", who) for who in ("ann", "bob", "cat")}
    assert {who: seat["mentioned"] for who, seat in seats.items()} == {"ann": 0, "bob": 3, "cat": 1}
    assert (await opened.seat("b", "bob"))["mentioned"] == 0
    assert entries[0].change == entries[2].change == seats["bob"]["change"] > 0
    assert [entries[1].change, entries[3].change] == [0, 0]


async def test_only_a_member_is_mentioned_and_only_by_what_is_seen(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob", "cat")
    await opened.append(message("a", "ann"))
    await opened.execute("UPDATE members SET departed = 2 WHERE account = 'cat'")
    await opened.append(
        message("a", "ann", mentions=("cat", "nobody")),
        message("a", "ann", hidden=True, mentions=("bob",)),
        message("a", "ann", version=77, mentions=("bob",)),  # stale
    )
    assert [(await opened.seat("a", who))["mentioned"] for who in ("bob", "cat")] == [0, 0]


async def test_a_repeat_mentions_nobody_again(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    await opened.append(message("a", "ann", "id-1", mentions=("bob",)))
    await opened.append(message("a", "ann", "id-2"), message("a", "ann", "id-1", mentions=("bob",)))
    assert (await opened.seat("a", "bob"))["mentioned"] == 1


async def test_mentioned_and_marked_in_one_commit(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    await opened.append(message("a", "ann"))
    await opened.append(message("a", "ann", mentions=("bob",)), marks=(mark("a", "bob", 1, 1),))
    seat = await opened.seat("a", "bob")
    assert (seat["mentioned"], seat["read"]) == (2, 1)


async def test_an_entry_in_a_transaction_mentions_too(opened: Opened) -> None:
    await opened.chat("a", "ann", "bob")
    entry = await _place(opened, message("a", "ann", mentions=("bob",)))
    seat = await opened.seat("a", "bob")
    assert (seat["mentioned"], seat["change"]) == (entry.seq, entry.change)


# --- alerts --------------------------------------------------------------------------------------


async def test_what_is_to_be_alerted_of_is_noted_with_it(opened: Opened) -> None:
    await opened.chat("a", "ann")
    entries = [message("a", "ann", f"id-{n}") for n in range(4)]
    for entry in entries[1:]:
        entry.alert = True
    entries[3].version = 77  # stale
    await opened.append(*entries)
    again = message("a", "ann", "id-0")
    again.alert = True
    await opened.append(again)  # a repeat
    later = message("a", "ann", "id-9")
    later.alert = True
    await _place(opened, later)
    noted = await opened.fetch("SELECT chat, seq FROM alerts_due ORDER BY seq")
    assert noted == [("a", 2), ("a", 3), ("a", 4)]


# --- committed -----------------------------------------------------------------------------------


async def test_what_is_committed_is_reported_in_order_before_anyone_wakes(opened: Opened) -> None:
    await opened.chat("a", "ann")
    opened.batches.clear()
    woken: list[int] = []

    async def send(n: int) -> None:
        entry = message("a", "ann", f"id-{n}")
        if n % 3:
            await opened.append(entry)
        else:
            await _place(opened, entry, bump=False)
        assert any(entry in batch.entries for batch in opened.batches)
        if n % 3 or opened.one_writer:
            woken.append(entry.seq)

    await asyncio.gather(*(send(n) for n in range(30)))
    reported = [entry.seq for batch in opened.batches for entry in batch.entries]
    assert reported == list(range(1, 31))
    # First come, first served. Where rules have connections of their own, appends are.
    assert woken == sorted(woken)
    assert len(woken) == (30 if opened.one_writer else 20)


async def test_what_failed_is_not_reported(opened: Opened) -> None:
    await opened.chat("a", "ann")
    opened.batches.clear()

    async def fails(tx: Tx) -> None:
        await tx.append(message("a", "ann"))
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        await opened.store.transact(fails)
    assert opened.batches == []


async def test_a_transaction_without_entries_is_not_reported(opened: Opened) -> None:
    opened.batches.clear()
    await opened.chat("a", "ann")
    assert opened.batches == []


# --- reading -------------------------------------------------------------------------------------


async def test_a_read_sees_what_was_acknowledged_before_it_began(opened: Opened) -> None:
    await opened.chat("a", "ann")
    for n in range(1, 20):
        await opened.append(message("a", "ann"))
        assert await opened.fetch("SELECT last FROM chats") == [(n,)]


async def test_a_read_is_over_one_snapshot(opened: Opened) -> None:
    await opened.chat("a", "ann")

    async def twice(reader: Reader) -> tuple[Any, Any]:
        chats = await reader.fetch("SELECT last FROM chats")
        return chats[0][0], len(await reader.fetch("SELECT seq FROM events"))

    async def write() -> None:
        for _ in range(50):
            await opened.append(message("a", "ann"))

    writing = asyncio.ensure_future(write())
    while not writing.done():
        last, entries = await opened.store.read(twice)
        assert last == entries
    await writing


async def test_a_failing_read_fails_alone(opened: Opened) -> None:
    async def fails(reader: Reader) -> None:
        raise ValueError("no")

    results = await asyncio.gather(
        opened.store.read(fails), opened.fetch("SELECT 1"), return_exceptions=True
    )
    assert isinstance(results[0], ValueError)
    assert results[1] == [(1,)]


# --- closing, pressure, figures ------------------------------------------------------------------


async def test_closing_finishes_what_was_accepted(opened: Opened) -> None:
    await opened.chat("a", "ann")
    sends = [asyncio.ensure_future(opened.append(message("a", "ann"))) for _ in range(300)]
    await asyncio.sleep(0)
    await asyncio.gather(opened.store.close(), opened.store.close())
    for send in sends:
        await send
    with pytest.raises(ChinwagError) as refused:
        await opened.append(message("a", "ann"))
    assert refused.value.kind.code == "shutting_down"
    await opened.reopen()
    assert len(await opened.log("a")) == 300


async def test_who_gives_up_waiting_does_not_disturb_the_others(opened: Opened) -> None:
    await opened.chat("a", "ann")
    sends = [asyncio.ensure_future(opened.append(message("a", "ann", f"i-{n}"))) for n in range(9)]
    await asyncio.sleep(0)
    for send in sends[::2]:
        send.cancel()
    await asyncio.gather(*sends, return_exceptions=True)
    assert all(not send.cancelled() for send in sends[1::2])
    (again,) = await opened.append(message("a", "ann", "i-1"))
    assert again.outcome is Outcome.REPEAT


async def test_too_much_waiting_is_refused_as_busy(opened: Opened) -> None:
    await opened.chat("a", "ann")
    sends = [opened.append(*[message("a", "ann") for _ in range(100)]) for _ in range(1_000)]
    results = await asyncio.gather(*sends, return_exceptions=True)
    refused = [result for result in results if isinstance(result, BaseException)]
    assert {type(error) for error in refused} == {ChinwagError}
    assert {error.kind.code for error in refused if isinstance(error, ChinwagError)} == {"busy"}
    kept = len(results) - len(refused)
    assert len(await opened.log("a")) == kept * 100
    assert opened.store.gauges()["store_writes_waiting"] == 0


async def test_gauges_are_numbers(opened: Opened) -> None:
    gauges = opened.store.gauges()
    assert gauges
    assert all(isinstance(value, int | float) for value in gauges.values())
