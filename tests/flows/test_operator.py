"""What the operator does beside the running server, and what must not stand in logs and figures."""

import asyncio
import json
import re
import time

from chinwag.sdk import Client, SignedOut
from flows.cast import eventually, refused, settled
from flows.conftest import People, Serve
from flows.raw import Raw


async def test_a_disabled_account_is_out_within_a_second(people: People, serve: Serve) -> None:
    server = serve()
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    laptop = await ben.more(online=False)
    socket = await Raw.open(server.url, laptop.token)
    await asyncio.to_thread(server.run, "user", "disable", ben.handle)
    began = time.monotonic()
    assert await socket.close_code() == 4401
    assert time.monotonic() - began < 1
    await eventually(lambda: ben.phone.status == "signed_out")
    assert await refused(Client.sign_in(server.url, ben.handle, ben.password)) == (
        "wrong_credentials"
    )
    async with Client(server.url, token=laptop.token) as client:
        try:
            await client.wait_online()
        except SignedOut:
            pass
        else:
            raise AssertionError("a void token let somebody in")
    sent = await anna.say(chat, "where are you?")
    await eventually(lambda: anna.chat(chat).failures)
    assert anna.chat(chat).failures[0].first == sent.seq
    assert anna.chat(chat).failures[0].reason == "gone"

    await asyncio.to_thread(server.run, "user", "enable", ben.handle)
    again = await Client.sign_in(server.url, ben.handle, ben.password)
    async with again:
        await again.wait_online()
        await eventually(lambda: again.state.chats[chat].unread == 1)
    await socket.close()


async def test_nothing_secret_stands_in_logs_or_figures(people: People, serve: Serve) -> None:
    server = serve(log_level="debug")
    anna, ben = await people(2, at=server)
    canary = "canary-7f3a91"
    chat = await anna.direct(ben)
    group = await anna.group(f"title {canary}", ben, description=f"description {canary}")
    await anna.say(chat, f"text {canary}")
    await anna.say(group, f"text {canary}")
    await anna.phone.people.set_profile(name=f"name {canary}", about=f"about {canary}")
    link = await anna.phone.groups.invite_link(group)
    bot = await anna.phone.bots.create("some.bot", f"bot {canary}")
    fresh = f"password {canary} long"
    await anna.phone.people.change_password(anna.password, fresh)
    # Mistakes, too, are told without what was said.
    assert await refused(Client.sign_in(server.url, anna.handle, f"wrong {canary}")) == (
        "wrong_credentials"
    )
    refusal = await anna.phone.send(chat, f"nul {canary}\0")
    assert await refused(refusal.accepted()) == "invalid"
    async with await Raw.open(server.url, bot.token) as socket:
        await socket.say(f'{{"id": 1, "do": {{"type": "{canary}", "x": "{canary}"}}}}')
        await socket.say(f'{{"id": 2, "do": {{"type": "me", "{canary}": 1}}}}')
        await socket.say(f"{canary} is no JSON")
        await eventually(lambda: len(socket.answers) == 3)
        assert canary not in json.dumps(socket.answers)
    async with Client(server.url, token=f"token-{canary}") as client:
        await eventually(lambda: client.status == "signed_out")
    await anna.phone.bots.reset_token(bot.user.id)
    await settled(anna, ben)

    _, figures = await asyncio.to_thread(server.get, "/metrics")
    await asyncio.to_thread(server.stop)
    log = server.log.read_text()
    assert len(log.splitlines()) > 5
    secrets = [canary, anna.token, ben.token, bot.token, link.code, anna.password, ben.password]
    for secret in secrets:
        assert secret not in log
        assert secret not in figures
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", log)
    for line in log.splitlines():
        assert json.loads(line)["timestamp"].endswith("Z")
