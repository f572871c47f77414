"""Catching up: what changed since a token, newest first; and pages of history."""

import pytest

from flows.cast import Person, eventually, refused, settled
from flows.conftest import People
from flows.raw import Frame, Raw


async def chats_with(anna: Person, others: list[Person]) -> list[str]:
    """One-to-one chats, in each of which a message stands, the last one newest."""
    chats = []
    for other in others:
        chats.append(await anna.direct(other))
        sending = await other.phone.send(chats[-1], f"from {other.handle}")
        await sending.delivered()
    return chats


def heads(socket: Raw) -> list[Frame]:
    """The heads pushed so far, in order."""
    return [head for push in socket.of("heads") for head in push["heads"]]


async def test_all_heads_come_newest_first_the_first_with_their_events(people: People) -> None:
    anna, *others = await people(5)
    chats = await chats_with(anna, others)
    await anna.say(chats[1], "newest of all")
    anna.phone.read(chats[0])  # moves a chat nowhere
    anna.phone.flush_reads()
    await anna.phone.arrange(chats[0], muted_until=2**52)
    await anna.away()
    async with await Raw.open(anna.url, anna.token) as socket:
        done = await socket.ok("sync", inline=2)
        assert done["chats"] == 4
        assert not done.get("reset")
        found = heads(socket)
        assert [head["chat"] for head in found] == [chats[1], chats[3], chats[2], chats[0]]
        assert [len(head["events"]) for head in found] == [3, 2, 1, 1]
        for head in found:
            seqs = [event["seq"] for event in head["events"]]
            assert seqs == list(range(head["last"] - len(seqs) + 1, head["last"] + 1))
            assert head["mine"]["stays"] == [[1, 0]]
            assert {user["id"] for user in head["users"]} >= {head["peer"]}


async def test_only_what_changed_comes_again(people: People) -> None:
    anna, ben, carol = await people(3)
    with_ben, with_carol = await chats_with(anna, [ben, carol])
    await anna.away()
    async with await Raw.open(anna.url, anna.token) as socket:
        first = await socket.ok("sync")
        again = await socket.ok("sync", since=first["since"])
        assert "chats" not in again
        assert len(heads(socket)) == 2

    await ben.say(with_ben, "news")
    async with await Raw.open(anna.url, anna.token) as socket:
        third = await socket.ok("sync", since=first["since"])
        assert third["chats"] == 1
        (head,) = heads(socket)
        assert head["chat"] == with_ben
        assert head["events"][-1]["body"]["text"] == "news"
        assert head["count"] - head["mine"].get("read_count", 0) == 2

        # So do one's own settings, made elsewhere.
        laptop = await anna.more()
        await laptop.arrange(with_carol, archived=True)
        await socket.ok("sync", since=third["since"])
        (head,) = [head for head in heads(socket) if head["chat"] == with_carol]
        assert head["mine"]["archived"] is True


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "0",
        "0123456789abcdef.1",
        ".",
        "abc.-1",
        "é.1",
        "'; DROP TABLE chats; --",
        "9" * 128,
    ],
)
async def test_a_foreign_token_brings_everything_and_says_so(people: People, token: str) -> None:
    anna, ben = await people(2)
    (chat,) = await chats_with(anna, [ben])
    async with await Raw.open(anna.url, anna.token) as socket:
        done = await socket.ok("sync", since=token)
        assert done["reset"] is True
        assert [head["chat"] for head in heads(socket)] == [chat]


async def test_a_token_of_the_future_is_foreign_too(people: People) -> None:
    anna, ben = await people(2)
    await chats_with(anna, [ben])
    async with await Raw.open(anna.url, anna.token) as socket:
        token = (await socket.ok("sync"))["since"]
        generation, _, change = token.rpartition(".")
        done = await socket.ok("sync", since=f"{generation}.{int(change) + 10_000_000}")
        assert done["reset"] is True
        assert done["chats"] == 1
        assert len(heads(socket)) == 2
        for odd in ("٣", "1" * 90, "-5", "1e3", " 1", "0x1"):
            answer = await socket.ok("sync", since=f"{generation}.{odd}")
            assert answer["reset"] is True, odd


async def test_a_device_with_a_store_goes_on_from_where_it_was(people: People, tmp_path) -> None:
    anna, ben = await people(2)
    (chat,) = await chats_with(anna, [ben])
    laptop = await anna.more(store=tmp_path / "anna.db")
    assert laptop.state.chats[chat].log.get(2)
    token = laptop.token
    await laptop.close()
    for number in range(60):
        await ben.say(chat, f"while away {number}")

    laptop = type(laptop)(anna.url, token=token, store=tmp_path / "anna.db")
    anna.clients.append(laptop)
    assert laptop.state.chats[chat].last == 2  # readable without a network
    laptop.start()
    await eventually(lambda: laptop.state.chats[chat].stored == 62)
    assert laptop.state.chats[chat].unread == 61
    assert [event.seq for event in laptop.state.chats[chat].log.between(1, 99)] == list(
        range(1, 63)
    )


async def test_history_pages_in_all_directions(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    for number in range(2, 31):
        await anna.say(chat, f"message {number}")
    async with await Raw.open(ben.url, ben.token) as socket:

        async def page(**bounds: int) -> tuple[list[int], bool, bool]:
            answer = await socket.ok("history", chat=chat, **bounds)
            seqs = [event["seq"] for event in answer["events"]]
            return seqs, answer.get("older", False), answer.get("newer", False)

        assert await page(limit=5) == ([26, 27, 28, 29, 30], True, False)
        assert await page(before=26, limit=5) == ([21, 22, 23, 24, 25], True, True)
        assert await page(before=4, limit=5) == ([1, 2, 3], False, True)
        assert await page(before=1, limit=5) == ([], False, True)
        assert await page(after=0, limit=3) == ([1, 2, 3], False, True)
        assert await page(after=28, limit=5) == ([29, 30], True, False)
        assert await page(after=30, limit=5) == ([], True, False)
        assert await page(around=15, limit=4) == ([13, 14, 15, 16], True, True)
        assert await page(around=1, limit=4) == ([1, 2], False, True)
        assert await page(around=30, limit=4) == ([28, 29, 30], True, False)
        assert await page(before=2**53 - 1, limit=1) == ([30], True, False)
        assert (await page(after=2**53 - 2, limit=1))[0] == []
        assert (await page(around=2**53 - 1, limit=2))[0] in ([], [30])

        read = []
        before = {}
        while True:  # the whole log, backwards
            seqs, older, _ = await page(limit=7, **before)
            read[:0] = seqs
            before = {"before": seqs[0]}
            if not older:
                break
        assert read == list(range(1, 31))


async def test_history_of_two_stays_shows_both_and_nothing_between(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Comings and goings", ben)
    for number in range(3):
        await anna.say(chat, f"first stay {number}")  # 2, 3, 4
    await anna.phone.groups.remove(chat, ben.id)  # 5
    for number in range(3):
        await anna.say(chat, f"without ben {number}")  # 6, 7, 8
    await anna.phone.groups.add(chat, ben.id)  # 9
    await anna.say(chat, "second stay")  # 10
    visible = [1, 2, 3, 4, 5, 9, 10]
    async with await Raw.open(ben.url, ben.token) as socket:

        async def walk(back: bool, limit: int) -> list[int]:
            seen: list[int] = []
            bounds: dict[str, int] = {} if back else {"after": 0}
            while True:
                page = await socket.ok("history", chat=chat, limit=limit, **bounds)
                seqs = [event["seq"] for event in page["events"]]
                assert "without ben" not in str(page)
                seen = seqs + seen if back else seen + seqs
                if not page.get("older" if back else "newer"):
                    return seen
                assert seqs
                bounds = {"before": seqs[0]} if back else {"after": seqs[-1]}

        for limit in (1, 2, 3, 5, 50):
            assert await walk(True, limit) == visible, limit
            assert await walk(False, limit) == visible, limit
        for seq in range(1, 12):
            page = await socket.ok("history", chat=chat, around=seq, limit=4)
            seqs = [event["seq"] for event in page["events"]]
            assert set(seqs) <= set(visible)
            assert seqs == sorted(seqs)
        for seq in (6, 7, 8):
            answer = await socket.ask("info", chat=chat, seq=seq)
            assert answer["error"]["code"] == "not_found"


async def test_a_chat_that_is_not_mine_is_not_there(people: People) -> None:
    anna, ben, carol = await people(3)
    (chat,) = await chats_with(anna, [ben])
    for command in (carol.phone.history(chat), carol.phone.refresh(chat)):
        assert await refused(command) == "not_found"
    await settled(carol)
    assert chat not in carol.phone.state.chats
