"""SIGTERM: everything accepted stays, clients are told and come back, and it ends in time."""

import asyncio
import signal

from chinwag.sdk import Client, StatusChanged
from faults import checker
from faults.conftest import Serve
from faults.histories import History
from faults.people import PASSWORD, Person, company, direct, group_of, hurry, settled
from faults.raw import Raw, ask

_ENDS_WITHIN = 20.0
RAW = ("raw1", "raw2", "raw3")


async def _troubles(person: Person, found: list[str]) -> None:
    """Why the person's client lost its connections."""
    async for update in person.client.updates():
        if isinstance(update, StatusChanged) and person.client.status in ("offline", "connecting"):
            trouble = str(person.client.trouble or "")
            if "connection closed" in trouble:
                found.append(trouble)


async def test_restarts_under_load(serve: Serve, history: History) -> None:
    server = await serve()
    async with company(server, ["ann", "ben", "cat"], history) as people:
        chats = [await group_of(people), await direct(people[0], people[1])]
        troubles: list[str] = []
        watches = [asyncio.create_task(_troubles(person, troubles)) for person in people]
        tokens = [(await Client.sign_up(server.url, it, it, PASSWORD)).token for it in RAW]
        raw = [await Raw.session(server, token) for token in tokens]
        told = [asyncio.create_task(it.pushes("goodbye")) for it in raw[:2]]
        code = asyncio.create_task(raw[2].close_code())
        stop = asyncio.Event()
        talks = [
            asyncio.create_task(person.talk(chats if n < 2 else chats[:1], stop))
            for n, person in enumerate(people)
        ]
        for _ in range(2):
            await history.accepts(200)
            assert await server.stop() == 0
            checker.check(checker.look(server.database), history, healed=False)
            await server.start()
        hurry(people)
        await history.accepts(100)
        stop.set()
        await asyncio.gather(*talks)
        checker.check(await settled(server, people), history)
        assert all(send.accepted for send in history.sends.values())
        pauses = [it[0]["reconnect_after"] for it in await asyncio.gather(*told)]
        assert all(0 <= pause < 60_000 for pause in pauses)
        assert await code == 1012
        assert troubles
        assert not [it for it in troubles if "1012" not in it]
        for it in raw:
            it.abort()
    await asyncio.gather(*watches)
    assert server.complaints() == []


async def test_two_signals_at_once(serve: Serve, history: History) -> None:
    server = await serve()
    async with company(server, ["ann", "ben"], history) as people:
        chat = await group_of(people)
        stop = asyncio.Event()
        talks = [asyncio.create_task(person.talk([chat], stop)) for person in people]
        for second in (signal.SIGTERM, signal.SIGINT):
            await history.accepts(100)
            server.signal(signal.SIGTERM)
            server.signal(second)
            await server.ended(_ENDS_WITHIN)
            checker.check(checker.look_at_wreck(server.database), history, healed=False)
            await server.start()
            hurry(people)
        await history.accepts(50)
        stop.set()
        await asyncio.gather(*talks)
        checker.check(await settled(server, people), history)
    assert await server.stop() == 0
    assert server.complaints() == []


async def test_it_ends_in_time_whoever_hangs(serve: Serve, history: History) -> None:
    """One client takes nothing and does not answer the close, one is in the middle of a request,
    one in the middle of a handshake; none of them can keep the server from ending.
    """
    server = await serve(shutdown_seconds=3)
    async with company(server, ["ann", "ben"], history) as people:
        deaf = await Person.sign_up(server.url, "deaf", history)
        chat = await group_of([*people])
        await people[0].client.groups.add(chat, deaf.user)
        stuck = await Raw.session(server, deaf.client.token, receive_buffer=4096)
        for number in range(1, 40):  # more answers than the kernel takes
            stuck.send(ask(number, type="members", chat=chat))
        half = await Raw.connect(server)
        half.send(b"POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n{")
        idle = await Raw.connect(server)
        idle.send(b"GET /ws HTTP/1.1\r\nHost:")
        sends = [await people[0].send(chat, "x" * 5000) for _ in range(100)]
        await asyncio.gather(*sends)
        server.signal(signal.SIGTERM)
        assert await server.ended(_ENDS_WITHIN) == 0
        checker.check(checker.look(server.database), history, healed=False)
        for it in (stuck, half, idle):
            it.abort()
        await server.start()
        history.devices.pop(deaf.device)
        checker.check(await settled(server, people), history)
        await deaf.close()
    assert server.complaints() == []
