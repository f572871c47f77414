"""Limits of rate: who meets one is told how long, loses nothing, and delays nobody else."""

import asyncio

from flows.cast import PATIENCE, eventually, refused
from flows.conftest import People, Serve
from flows.raw import Raw


async def test_who_sends_too_fast_is_told_when_to_go_on(people: People, serve: Serve) -> None:
    server = serve(sends_burst=5, sends_every=0.2)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    laptop = await anna.more(online=False)
    async with await Raw.open(server.url, laptop.token) as socket:
        asked = [
            await socket.post("send", chat=chat, client_id=f"fast-{n:04}", body={"text": str(n)})
            for n in range(20)
        ]
        answers = [await socket.answer(number) for number in asked]
        refusals = [answer["error"] for answer in answers if "error" in answer]
        assert len(refusals) >= 10
        assert {it["code"] for it in refusals} == {"rate_limited"}
        assert all(it["retry"] and 0 < it["retry_after"] <= 201 for it in refusals)
        # Somebody else is not affected while the first is limited.
        assert (await ben.say(chat, "take your time")).seq
        await socket.ok("me")


async def test_the_outbox_waits_and_loses_nothing(people: People, serve: Serve) -> None:
    server = serve(sends_burst=3, sends_every=0.05)
    anna, ben, carol = await people(3, at=server)
    with_ben, with_carol = await anna.direct(ben), await anna.direct(carol)
    sendings = []
    for number in range(20):
        sendings.append(await anna.phone.send(with_ben, str(number)))
        sendings.append(await anna.phone.send(with_carol, str(number)))
    for sending in sendings:
        await asyncio.wait_for(sending.accepted(), 30)
    await eventually(lambda: ben.texts(with_ben) == [str(n) for n in range(20)])
    await eventually(lambda: carol.texts(with_carol) == [str(n) for n in range(20)])
    assert len(anna.phone.outbox) == 0


async def test_commands_have_a_limit_of_their_own(people: People, serve: Serve) -> None:
    server = serve(commands_burst=10, commands_every=0.1)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    laptop = await anna.more(online=False)
    async with await Raw.open(server.url, laptop.token) as socket:
        asked = [await socket.post("me") for _ in range(30)]
        answers = [await socket.answer(number) for number in asked]
        refusals = [answer["error"] for answer in answers if "error" in answer]
        assert refusals
        assert all(it["code"] == "rate_limited" and it["retry_after"] for it in refusals)
        # Messages are not held up by them, nor is anybody else.
        await socket.ok("send", chat=chat, client_id="despite-all", body={"text": "still"})
        assert await ben.phone.people.me()


async def test_flooding_closes_the_socket(people: People, serve: Serve) -> None:
    server = serve(frames_burst=100, frames_every=0.01)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    laptop = await anna.more(online=False)
    async with await Raw.open(server.url, laptop.token) as socket:
        for _ in range(2_000):
            if socket.socket.close_code is not None:
                break
            await socket.say('{"do":{"type":"heartbeat","foreground":false}}')
        assert await socket.close_code() == 4029
    assert (await ben.say(chat, "calm")).seq == 2
    await eventually(lambda: anna.texts(chat) == ["calm"])
    async with await Raw.open(server.url, laptop.token) as socket:  # it may come back
        await socket.ok("me")


async def test_looking_for_people_is_limited(people: People, serve: Serve) -> None:
    server = serve(look_ups_burst=5, look_ups_every=600)
    anna, ben = await people(2, at=server)
    for number in range(5):
        assert await anna.phone.people.find(f"nobody.{number}") == ()
    assert await refused(anna.phone.people.find(ben.handle)) == "rate_limited"
    assert await refused(anna.phone.people.set_profile(handle="taken.or.not")) == "rate_limited"
    assert await ben.phone.people.find(anna.handle)


async def test_sign_ups_from_one_address_are_limited(people: People, serve: Serve) -> None:
    server = serve(sign_ups_burst=3, sign_ups_every=600)
    await people(3, at=server)
    assert await refused(people(1, at=server)) == "rate_limited"


async def test_sockets_from_one_address_are_limited(people: People, serve: Serve) -> None:
    server = serve(handshakes_burst=4, handshakes_every=0.2)
    (anna,) = await people(1, at=server)
    clients = [await anna.more(online=False) for _ in range(6)]
    for client in clients:
        client.start()
    await asyncio.wait_for(asyncio.gather(*(c.wait_online() for c in clients)), 3 * PATIENCE)


async def test_too_many_devices_sign_the_idlest_out(people: People, serve: Serve) -> None:
    server = serve(devices_per_account=3)
    (anna,) = await people(1, at=server)
    first = await anna.more()
    await anna.more()
    await anna.more()
    assert len(await anna.clients[-1].devices.list()) == 3
    await eventually(lambda: "signed_out" in (anna.phone.status, first.status))


async def test_bots_of_one_account_are_limited(people: People, serve: Serve) -> None:
    server = serve(bots_per_account=2)
    (anna,) = await people(1, at=server)
    for number in range(2):
        await anna.phone.bots.create(f"bot{number}.{anna.handle}", "Bot")
    assert await refused(anna.phone.bots.create(f"bot3.{anna.handle}", "Bot")) == "quota"
    for bot in await anna.phone.bots.list():
        await anna.phone.bots.delete(bot.id)
    made = await anna.phone.bots.create(f"bot4.{anna.handle}", "Bot")
    async with await Raw.open(server.url, made.token) as socket:
        answer = await socket.ask("create_bot", handle="bots.bot", name="Bot")
        assert answer["error"]["code"] == "not_allowed"
