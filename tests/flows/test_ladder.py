"""Messages that do not arrive: tried again with pauses, told of once, and never lost."""

import asyncio
import re
from pathlib import Path

from chinwag.sdk import Client, Tick
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People, Serve
from flows.raw import Frame, Raw
from flows.servers import Server

QUICK = {"ack_timeout": 0.2, "retry_backoff": 0.1, "retry_factor": 1.5, "retry_limit": 3}
PATIENT = 30


async def dead_letters(server: Server) -> list[str]:
    """What the operator sees of work that failed for good, a line each."""
    listing = await asyncio.to_thread(server.run, "admin", "dead-letters", "list")
    return [line for line in listing.splitlines() if "deliver" in line]


def failures(socket: Raw) -> list[Frame]:
    """The failures that a socket was told of."""
    return [push["failure"] for push in socket.of("failed")]


async def watching(person: Person) -> Raw:
    """A further device that hears everything."""
    return await Raw.open(person.url, (await person.more(online=False)).token, polite=True)


async def silent(person: Person) -> Raw:
    """The phone of somebody as a socket that acknowledges nothing."""
    await person.away()
    return await Raw.open(person.url, person.token)


async def test_a_silent_session_is_tried_closed_and_the_sender_told_once(
    people: People, serve: Serve
) -> None:
    server = serve(**QUICK)
    anna, ben, carol = await people(3, at=server)
    chat, other = await anna.direct(ben), await anna.direct(carol)
    watcher = await watching(anna)
    deaf = await silent(ben)
    await deaf.ok("sync")
    sent = await anna.say(chat, "can you hear me?")
    # Nobody else waits meanwhile.
    for number in range(20):
        await anna.say(other, str(number))
    await eventually(lambda: carol.texts(other) == [str(number) for number in range(20)])

    async with asyncio.timeout(PATIENT):
        assert await deaf.close_code() == 4010
    assert deaf.seqs(chat) == [sent.seq] * 3  # the hand-over, and two retries
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.FAILED)
    (failure,) = anna.chat(chat).failures
    assert (failure.user, failure.first, failure.last) == (ben.id, sent.seq, sent.seq)
    assert (failure.reason, failure.attempts) == ("unreachable", 3)
    (person,) = (await anna.phone.info(chat, sent.seq)).people
    assert (person.failed, person.attempts) == ("unreachable", 3)
    assert person.failed_at > 0
    (line,) = await eventually(lambda: dead_letters(server))
    assert line.split()[1:3] == ["deliver", "3"]

    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    assert ben.texts(chat) == ["can you hear me?"]
    await eventually(lambda: len(failures(watcher)) == 2)
    assert [it.get("ended", False) for it in failures(watcher)] == [False, True]
    (person,) = (await anna.phone.info(chat, sent.seq)).people
    assert person.failed is None
    assert person.delivered_at > 0
    # A device that was away all the while knows no more of it.
    await anna.again()
    assert anna.chat(chat).failures == ()
    assert anna.phone.tick(chat, sent.seq) is Tick.DELIVERED
    await watcher.close()
    await deaf.close()


async def test_who_falls_silent_again_fails_again(people: People, serve: Serve) -> None:
    server = serve(**QUICK)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    for number in range(2):
        async with await silent(ben) as deaf:
            sent = await anna.say(chat, f"try {number}")
            async with asyncio.timeout(PATIENT):
                assert await deaf.close_code() == 4010
        await eventually(lambda seq=sent.seq: anna.phone.tick(chat, seq) is Tick.FAILED)
        await ben.again()
        await eventually(lambda seq=sent.seq: anna.phone.tick(chat, seq) is Tick.DELIVERED)
    assert ben.texts(chat) == ["try 0", "try 1"]


async def test_an_acknowledgement_in_time_ends_it(people: People, serve: Serve) -> None:
    server = serve(**{**QUICK, "retry_limit": 50})
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    async with await silent(ben) as slow:
        sent = await anna.say(chat, "take your time")
        await eventually(lambda: slow.seqs(chat).count(sent.seq) >= 2)
        await slow.ok("received", marks=[{"chat": chat, "seq": sent.seq}])
        await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
        again = slow.seqs(chat).count(sent.seq)
        later = await anna.say(chat, "and this?")
        await eventually(lambda: slow.seqs(chat).count(later.seq) >= 2)
        assert slow.seqs(chat).count(sent.seq) == again  # what has come is not sent again
        await slow.ok("received", marks=[{"chat": chat, "seq": later.seq}])
        await eventually(lambda: anna.phone.tick(chat, later.seq) is Tick.DELIVERED)
        assert not anna.chat(chat).failures


async def test_a_deaf_device_beside_a_good_one_fails_nothing(people: People, serve: Serve) -> None:
    server = serve(**QUICK)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    deaf = await Raw.open(server.url, (await ben.more(online=False)).token)
    sent = await anna.say(chat, "to both")
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    # The deaf one is looked at, and forgiven, since the other has it.
    await eventually(lambda: server.metric("jobs_attempts_total"))
    assert not anna.chat(chat).failures
    # Once the good one is gone, the deaf one is all there is.
    await ben.away()
    later = await anna.say(chat, "to the deaf one")
    async with asyncio.timeout(PATIENT):
        assert await deaf.close_code() == 4010
    await eventually(lambda: anna.phone.tick(chat, later.seq) is Tick.FAILED)
    assert anna.phone.tick(chat, sent.seq) is Tick.DELIVERED
    await deaf.close()


async def at_rest(server: Server) -> bool:
    """Whether no job waits, as the operator sees it."""
    listing = await asyncio.to_thread(server.run, "admin", "stats")
    return bool(re.search(r"retries waiting\W+0\b", listing))


async def test_a_parked_message_waits_for_the_next_connection(people: People, serve: Serve) -> None:
    server = serve(**{**QUICK, "retry_limit": 50})  # not given up before the phone is gone
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    watcher = await watching(anna)
    deaf = await silent(ben)
    sent = await anna.say(chat, "see you later")
    await deaf.close()
    await eventually(lambda: at_rest(server))
    assert anna.phone.tick(chat, sent.seq) is Tick.SENT
    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    await settled(anna)
    assert failures(watcher) == []
    await watcher.close()


async def test_groups_name_who_was_not_reached(people: People, serve: Serve) -> None:
    server = serve(**QUICK)
    anna, ben, carol = await people(3, at=server)
    chat = await anna.group("Three", ben, carol)
    deaf = await silent(ben)
    await deaf.ok("received", marks=[{"chat": chat, "seq": 1}])
    sent = await anna.say(chat, "everybody?")
    async with asyncio.timeout(PATIENT):
        assert await deaf.close_code() == 4010
    await eventually(lambda: anna.chat(chat).failures)
    found = {it.user: it for it in (await anna.phone.info(chat, sent.seq)).people}
    assert found[ben.id].failed == "unreachable"
    assert found[carol.id].failed is None
    assert found[carol.id].delivered_at > 0
    assert anna.phone.tick(chat, sent.seq) is Tick.SENT
    await carol.again()
    assert carol.chat(chat).failures == ()  # it was not hers
    await anna.again()
    assert anna.chat(chat).failures
    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    await deaf.close()


async def test_the_sender_can_try_again_and_it_is_parked(
    people: People, serve: Serve, tmp_path: Path
) -> None:
    server = serve(**QUICK)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    watcher = await watching(anna)
    kept = tmp_path / "tablet.db"
    tablet = await anna.more(store=kept)
    async with await silent(ben) as deaf:
        sent = await anna.say(chat, "hello?")
        async with asyncio.timeout(PATIENT):
            assert await deaf.close_code() == 4010
    await eventually(lambda: tablet.tick(chat, sent.seq) is Tick.FAILED)
    await tablet.close()

    await anna.phone.retry(chat, sent.seq)
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.SENT)
    await anna.phone.retry(chat, sent.seq)  # an answer may have been lost
    (line,) = (await anna.phone.info(chat, sent.seq)).people
    assert (line.failed, line.delivered_at) == (None, 0)
    async with Client(server.url, token=tablet.token, store=kept) as tablet:
        assert tablet.tick(chat, sent.seq) is Tick.FAILED  # as far as it knows
        await eventually(lambda: tablet.tick(chat, sent.seq) is Tick.SENT)

    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)
    assert ben.texts(chat) == ["hello?"]
    await settled(anna)
    assert [it.get("ended", False) for it in failures(watcher)] == [False, True]
    await watcher.close()


async def test_what_is_tried_again_climbs_the_ladder_again(people: People, serve: Serve) -> None:
    server = serve(**QUICK)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    async with await silent(ben) as deaf:
        sent = await anna.say(chat, "hello?")
        async with asyncio.timeout(PATIENT):
            assert await deaf.close_code() == 4010
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.FAILED)
    (first,) = anna.chat(chat).failures
    async with await Raw.open(ben.url, ben.token) as deaf:
        await deaf.ok("sync")
        assert deaf.seqs(chat) == []
        await anna.phone.retry(chat, sent.seq)
        await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.SENT)
        async with asyncio.timeout(PATIENT):
            assert await deaf.close_code() == 4010
        assert deaf.seqs(chat).count(sent.seq) == 3
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.FAILED)
    (again,) = anna.chat(chat).failures
    assert (again.first, again.attempts) == (first.first, 3)
    assert again.at > first.at
    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)


async def test_only_own_messages_that_failed_can_be_tried_again(
    people: People, serve: Serve
) -> None:
    server = serve(**QUICK)
    anna, ben, carol = await people(3, at=server)
    chat = await anna.group("Three", ben, carol)
    well = await anna.say(chat, "all of you?")
    await eventually(lambda: anna.phone.tick(chat, well.seq) is Tick.DELIVERED)
    async with await silent(ben) as deaf:
        sent = await anna.say(chat, "and now?")
        async with asyncio.timeout(PATIENT):
            assert await deaf.close_code() == 4010
    await eventually(lambda: anna.chat(chat).failures)
    (stranger,) = await people(1, at=server)
    for person, seq in ((anna, well.seq), (carol, sent.seq), (stranger, sent.seq), (anna, 99)):
        assert await refused(person.phone.retry(chat, seq)) == "not_found"
    assert anna.chat(chat).failures
    await anna.phone.retry(chat, sent.seq)
    await eventually(lambda: not anna.chat(chat).failures)


async def test_dead_letters_can_be_played_again(people: People, serve: Serve) -> None:
    server = serve(**QUICK)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    async with await silent(ben) as deaf:
        sent = await anna.say(chat, "once more?")
        async with asyncio.timeout(PATIENT):
            assert await deaf.close_code() == 4010
    (line,) = await eventually(lambda: dead_letters(server))  # it is put there after the close
    job = next(word for word in line.split() if word.count("-") == 4)
    await asyncio.to_thread(server.run, "admin", "dead-letters", "replay", job)
    await eventually(lambda: at_rest(server))  # parked: nobody is there
    assert await dead_letters(server) == []
    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.DELIVERED)


async def test_after_a_month_without_any_device_it_has_expired(
    people: People, serve: Serve
) -> None:
    server = serve(park_days=30)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    await ben.away()
    old = await anna.say(chat, "a month ago")
    fresh = await anna.say(chat, "just now")
    await asyncio.to_thread(server.stop)
    month = 30 * 24 * 3600 * 1000 + 1_000
    await asyncio.to_thread(
        server.tamper, f"UPDATE events SET at = at - {month} WHERE seq = {old.seq}"
    )
    await asyncio.to_thread(server.start)
    await anna.again()
    await eventually(lambda: anna.phone.tick(chat, old.seq) is Tick.FAILED)
    (failure,) = anna.chat(chat).failures
    assert (failure.first, failure.last, failure.reason) == (old.seq, old.seq, "expired")
    assert anna.phone.tick(chat, fresh.seq) is Tick.SENT
    (line,) = (await anna.phone.info(chat, old.seq)).people
    assert line.failed == "expired"
    await ben.again()
    await eventually(lambda: anna.phone.tick(chat, old.seq) is Tick.DELIVERED)
    assert ben.texts(chat) == ["a month ago", "just now"]
    await eventually(lambda: anna.chat(chat).failures == ())


async def test_to_an_account_that_is_gone_it_fails_at_once(people: People, serve: Serve) -> None:
    server = serve()
    (anna,) = await people(1, at=server)
    bot = (await anna.phone.bots.create("short.lived", "Bot")).user
    chat = (await anna.phone.open_direct(bot.id)).chat
    await anna.say(chat, "hello, bot")
    await anna.phone.bots.delete(bot.id)
    sent = await anna.say(chat, "anybody?")
    await eventually(lambda: anna.phone.tick(chat, sent.seq) is Tick.FAILED)
    (failure,) = anna.chat(chat).failures
    assert failure.reason == "gone"
    (line,) = (await anna.phone.info(chat, sent.seq)).people
    assert line.failed == "gone"
    assert await refused(anna.phone.retry(chat, sent.seq)) == "not_found"
    await eventually(lambda: anna.phone.state.users[bot.id].gone)
