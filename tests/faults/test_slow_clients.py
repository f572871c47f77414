"""Clients that do not take what they get, or send what nobody wants: it is they who pay."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from chinwag.sdk import Client
from faults import checker
from faults.conftest import Serve
from faults.histories import History
from faults.people import PASSWORD, Person, company, group_of, settled
from faults.raw import CONTINUATION, PING, PONG, TEXT, Raw, ask, frame
from faults.servers import Server

MIB = 1024 * 1024
DEAF = 10
# What a socket may hold (1 MiB with the transport's part), and the allocator's slack.
A_SOCKET = 1.5 * MIB
SLACK = 48 * MIB
_LONG = "x" * 9_000


async def test_clients_that_never_read(serve: Serve, history: History) -> None:
    server = await serve()
    async with company(server, ["ann", "ben"], history) as people:
        deaf = [await Person.sign_up(server.url, f"deaf{n}", history) for n in range(DEAF)]
        placed = await people[0].client.groups.create(
            "loud", [it.user for it in (people[1], *deaf)]
        )
        chat, quiet = placed.chat, await group_of(people, "quiet")
        raws = [await Raw.session(server, it.client.token, receive_buffer=4096) for it in deaf]
        for raw in raws:
            raw.send(ask(1, type="sync"))
        base = highest = server.rss
        cut = asyncio.Event()
        closed = [asyncio.create_task(_read_after(cut, raw)) for raw in raws]
        talks = 0
        while not all(it.done() for it in closed):
            sends = [await people[0].send(chat, _LONG) for _ in range(20)]
            sends.append(await people[1].send(quiet))
            await asyncio.gather(*sends)
            highest = max(highest, server.rss)
            if await server.metric("sessions") == len(people):
                cut.set()
            talks += 1
            assert talks < 200, "nobody is cut"
        assert {it.result() for it in closed} == {4008}
        print(f"memory: {base / MIB:.0f} MiB, then {highest / MIB:.0f} MiB")
        assert highest - base <= DEAF * A_SOCKET + SLACK
        for raw in raws:
            raw.abort()
        # They come back with better manners, and have all of it.
        for person in deaf:
            person.start()
        checker.check(await settled(server, [*people, *deaf], within=60), history)
        for person in deaf:
            await person.close()
    assert await server.stop() == 0
    assert server.complaints() == []


async def _read_after(cut: asyncio.Event, raw: Raw) -> int:
    """Take nothing until the server has given up on the deaf; the close code that comes then."""
    await cut.wait()
    return await raw.close_code()


async def test_a_client_that_reads_slowly(serve: Serve, history: History) -> None:
    """A frame now and then: nobody waits for it, and what it gets is in order."""
    server = await serve()
    async with company(server, ["ann", "ben"], history) as people:
        slow = await Client.sign_up(server.url, "slow", "slow", PASSWORD)
        chat = await group_of(people)
        await people[0].client.groups.add(chat, slow.user)
        raw = await Raw.session(server, slow.token, receive_buffer=4096)
        raw.send(ask(1, type="sync"))
        stop = asyncio.Event()
        talks = [asyncio.create_task(person.talk([chat], stop)) for person in people]
        for _ in range(100):
            got = await raw.next()
            assert got is not None
            assert got[0] == TEXT
            await history.accepts(3)  # its pace: others say three things meanwhile
        stop.set()
        await asyncio.gather(*talks)
        checker.check(await settled(server, people), history)
        raw.abort()
        await slow.close()
    assert await server.stop() == 0
    assert server.complaints() == []


# --- floods --------------------------------------------------------------------------------------


async def _fragments(server: Server, token: str) -> int:
    raw = await Raw.session(server, token)
    raw.send(frame(TEXT, b"{", fin=False))
    raw.send(frame(CONTINUATION, b" ", fin=False) * 10_000)
    return await _code(raw)


async def _pings(server: Server, token: str) -> int:
    raw = await Raw.session(server, token)
    raw.send(frame(PING, b"x") * 10_000)
    return await _code(raw)


async def _pongs(server: Server, token: str) -> int:
    raw = await Raw.session(server, token)
    raw.send(frame(PONG) * 10_000)
    return await _code(raw)


async def _nonsense(server: Server, token: str) -> int:
    raw = await Raw.session(server, token)
    raw.send(frame(TEXT, b"[]") * 1_000)
    return await _code(raw)


async def _code(raw: Raw) -> int:
    """The code with which the server ends it."""
    try:
        return await asyncio.wait_for(raw.close_code(), 30)
    finally:
        raw.abort()


FLOODS: list[tuple[Callable[[Server, str], Awaitable[int]], set[int]]] = [
    (_fragments, {1008, 1009}),
    (_pings, {1008}),
    (_pongs, {1008}),
    (_nonsense, {1008}),
]


async def test_floods_while_others_chat(serve: Serve, history: History) -> None:
    server = await serve()
    async with company(server, ["ann", "ben"], history) as people:
        tokens = [
            (await Client.sign_up(server.url, f"flood{n}", "flood", PASSWORD)).token
            for n in range(len(FLOODS))
        ]
        chat = await group_of(people)
        stop = asyncio.Event()
        talks = [asyncio.create_task(person.talk([chat], stop)) for person in people]
        halves = [await Raw.connect(server) for _ in range(300)]
        for raw in halves:
            raw.send(b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade:")
        base = server.rss
        for _ in range(3):
            for (flood, codes), token in zip(FLOODS, tokens, strict=True):
                assert await flood(server, token) in codes, flood.__name__
            await history.accepts(50)
        # Whoever does not finish a handshake is shown out.
        for raw in halves:
            with contextlib.suppress(ConnectionError):
                answer = await asyncio.wait_for(raw.reader.read(), 30)
                assert not answer or answer.startswith(b"HTTP/1.1 408"), answer
            raw.abort()
        stop.set()
        await asyncio.gather(*talks)
        checker.check(await settled(server, people), history)
        print(f"memory: {base / MIB:.0f} MiB, then {server.rss / MIB:.0f} MiB")
        assert server.rss - base <= SLACK
    assert await server.stop() == 0
    assert server.complaints() == []
