"""Sessions that end: replaced by a newer one, revoked, or by the server's own end."""

import asyncio
import time

from chinwag.sdk import Client, SignedOut
from flows.cast import Person, eventually, refused, settled
from flows.conftest import People, Serve
from flows.raw import Raw


async def test_a_newer_session_of_a_device_fences_the_older(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await anna.away()
    old = await Raw.open(anna.url, anna.token)
    old.socket.transport.pause_reading()  # it does not take notice
    new = await Raw.open(anna.url, anna.token)
    # What the old socket still says comes too late.
    send = {"chat": chat, "body": {"text": "from beyond"}}
    await old.post("send", client_id="too-late-1", **send)
    await old.post("set_profile", name="Ghost")
    await old.post("read", marks=[{"chat": chat, "seq": 1}])
    await new.ok("me")
    old.socket.transport.resume_reading()
    assert await old.close_code() == 4409
    assert old.answers == []
    assert (await new.ok("me"))["user"]["name"] != "Ghost"
    head = await new.ok("chat", chat=chat)
    assert head["last"] == 1
    assert ben.texts(chat) == []
    accepted = await new.ok("send", client_id="too-late-1", **send)
    assert accepted["seq"] == 2
    await new.close()
    await old.close()


async def test_the_sdk_does_not_fight_for_its_device(people: People) -> None:
    (anna,) = await people(1)
    async with await Raw.open(anna.url, anna.token) as other:
        await eventually(lambda: anna.phone.status == "signed_out")
        assert isinstance(anna.phone.trouble, SignedOut)
        assert anna.phone.trouble.replaced
        assert await other.ok("me")


async def closes_at_once(socket: Raw, token: str) -> None:
    """A revoked device: the socket closes within a second and the token is void."""
    began = time.monotonic()
    assert await socket.close_code() == 4401
    assert time.monotonic() - began < 1
    client = Client(socket_url(socket), token=token)
    async with client:
        assert await refused_session(client) == 4401


def socket_url(socket: Raw) -> str:
    """Where the socket was connected to."""
    host, port = socket.socket.remote_address[:2]
    return f"http://{host}:{port}"


async def refused_session(client: Client) -> int:
    """The close code with which a client that is not let in ends."""
    try:
        await client.wait_online()
    except SignedOut as error:
        return error.code
    raise AssertionError("it was let in")


async def second_device(anna: Person) -> tuple[Raw, str]:
    """Another device of hers, by an idle socket."""
    laptop = await anna.more(online=False, device="the laptop")
    return await Raw.open(anna.url, laptop.token), laptop.token


async def test_removing_a_device_signs_it_out(people: People) -> None:
    (anna,) = await people(1)
    socket, token = await second_device(anna)
    (laptop,) = [it for it in await anna.phone.devices.list() if not it.this]
    assert laptop.name == "the laptop"
    assert laptop.online
    left = await anna.phone.devices.remove(laptop.id)
    assert [it.this for it in left] == [True]
    await closes_at_once(socket, token)
    await socket.close()
    await settled(anna)


async def test_a_new_password_signs_out_all_other_devices(people: People) -> None:
    (anna,) = await people(1)
    sockets = [await second_device(anna) for _ in range(3)]
    fresh = f"another long one {anna.handle}"
    await anna.phone.people.change_password(anna.password, fresh)
    for socket, token in sockets:
        await closes_at_once(socket, token)
        await socket.close()
    await settled(anna)  # the one that changed it stays
    assert await refused(Client.sign_in(anna.url, anna.handle, anna.password)) == (
        "wrong_credentials"
    )
    again = await Client.sign_in(anna.url, anna.handle, fresh)
    assert again.user == anna.id
    await again.close()


async def test_signing_out_closes_the_socket(people: People) -> None:
    (anna,) = await people(1)
    laptop = await anna.more(online=False)
    socket = await Raw.open(anna.url, laptop.token)
    await laptop.sign_out()
    await closes_at_once(socket, laptop.token)
    await socket.close()
    await settled(anna)


async def test_resetting_a_bot_s_token_or_deleting_it_ends_its_session(people: People) -> None:
    (anna,) = await people(1)
    made = await anna.phone.bots.create(f"bot.{anna.handle}", "Helper")
    socket = await Raw.open(anna.url, made.token)
    fresh = await anna.phone.bots.reset_token(made.user.id)
    await closes_at_once(socket, made.token)
    await socket.close()
    socket = await Raw.open(anna.url, fresh.token)
    await anna.phone.bots.delete(made.user.id)
    await closes_at_once(socket, fresh.token)
    await socket.close()


async def test_commands_in_the_pipe_of_a_revoked_device_do_nothing(people: People) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    socket, _ = await second_device(anna)
    (laptop,) = [it for it in await anna.phone.devices.list() if not it.this]
    await anna.phone.devices.remove(laptop.id)
    for number in range(20):
        try:
            await socket.post(
                "send", chat=chat, client_id=f"revoked-{number}", body={"text": "still me"}
            )
        except Exception:  # noqa: BLE001 - closed by then
            break
    assert await socket.close_code() == 4401
    await socket.close()
    await settled(anna, ben)
    assert ben.texts(chat) == []


async def test_a_server_that_stops_says_goodbye_and_keeps_all_it_accepted(
    people: People, serve: Serve
) -> None:
    server = serve()
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    laptop = await anna.more(online=False)
    socket = await Raw.open(server.url, laptop.token)
    numbers = [
        await socket.post("send", chat=chat, client_id=f"last-{n:04}", body={"text": str(n)})
        for n in range(300)
    ]
    await eventually(lambda: len(socket.answers) > 20)
    await asyncio.to_thread(server.stop)
    assert server.status == 0
    assert await socket.close_code() == 1012
    (goodbye,) = socket.of("goodbye")
    assert 0 < goodbye["reconnect_after"] < 60_000
    accepted = [it["ok"]["seq"] for it in socket.answers if "ok" in it]
    turned_away = [it for it in socket.answers if "error" in it]
    assert len(accepted) + len(turned_away) == len(numbers)
    assert {it["error"]["code"] for it in turned_away} <= {"shutting_down"}
    assert accepted == list(range(2, 2 + len(accepted)))
    await socket.close()

    await asyncio.to_thread(server.start)
    await anna.again()
    await eventually(lambda: anna.chat(chat).stored == 1 + len(accepted), within=20)
    assert anna.texts(chat) == [str(number) for number in range(len(accepted))]


async def test_clients_come_back_by_themselves_after_a_restart(
    people: People, serve: Serve
) -> None:
    server = serve()
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    ben.phone.foreground = True
    await settled(ben)
    await asyncio.to_thread(server.stop)
    sending = await anna.phone.send(chat, "while it was away")
    await asyncio.to_thread(server.start)
    await asyncio.wait_for(sending.delivered(), 30)
    assert ben.texts(chat) == ["while it was away"]
    anna.phone.watch(users=[ben.id])
    await eventually(lambda: anna.phone.state.presence[ben.id].online)


async def test_last_seen_outlives_a_restart(people: People, serve: Serve) -> None:
    server = serve()
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    await anna.say(chat, "hello")
    ben.phone.foreground = True
    await settled(ben)
    ben.phone.foreground = False
    anna.phone.watch(users=[ben.id])
    await eventually(lambda: anna.phone.state.presence[ben.id].last_seen)
    seen = anna.phone.state.presence[ben.id]
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    await anna.again()
    anna.phone.watch(users=[ben.id])
    await eventually(lambda: ben.id in anna.phone.state.presence)
    assert anna.phone.state.presence[ben.id] == seen
