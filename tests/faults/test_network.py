"""A network that stalls, cuts, halves frames, delays, and dies without a word."""

import asyncio
import random
import time

from faults import checker
from faults.conftest import Serve
from faults.histories import History
from faults.network import network_to
from faults.people import agree, company, group_of, seen, settled

HEARTBEAT = 5
# S17: a client that died is offline after so long at the latest.
OFFLINE_WITHIN = 2 * HEARTBEAT + 5
_TOLERANCE = 1.0


async def test_rough_weather(serve: Serve, history: History) -> None:
    server = await serve()
    weather = random.Random(6)
    async with (
        network_to(server) as network,
        company(server, ["ann", "ben", "cat"], history, url=network.url) as people,
    ):
        chats = [await group_of(people), await group_of(people, "other")]
        stop = asyncio.Event()
        talks = [asyncio.create_task(person.talk(chats, stop)) for person in people]
        for what in ("halve", "cut", "halve", "stall", "cut", "halve"):
            network.delay = weather.choice([0, 0.005, 0.02])
            network.piece = weather.choice([7, 100, 65_536])
            getattr(network, what)()
            if what == "stall":
                for person in people:
                    await person.send(chats[0], "into the silence")
                network.resume()
            await history.accepts(60)
        network.delay = 0
        stop.set()
        await asyncio.gather(*talks)
        database = await settled(server, people)
        checker.check(database, history)
        agree(database, people)
        assert all(send.accepted for send in history.sends.values())
    assert await server.stop() == 0
    assert server.complaints() == []


async def test_a_half_dead_connection(serve: Serve, history: History) -> None:
    """The packets of a client vanish, both ways: it goes offline in time for those who look, and
    when it is back, what was said meanwhile comes, and what it said itself.
    """
    server = await serve(heartbeat=HEARTBEAT)
    async with (
        network_to(server) as network,
        company(server, ["ben"], history) as [ben],
        company(server, ["ann"], history, url=network.url) as [ann],
    ):
        chat = await group_of([ann, ben])
        ann.client.foreground = True
        ben.client.watch(users=[ann.user])
        await seen(ben, ann, online=True)
        network.bury()
        buried = time.monotonic()
        said = [await ann.send(chat, "does anybody hear me"), await ben.send(chat, "hello?")]
        await seen(ben, ann, online=False, within=60)
        took = time.monotonic() - buried
        print(f"offline after {took:.1f} s")
        assert took <= OFFLINE_WITHIN + _TOLERANCE
        await asyncio.wait_for(asyncio.gather(*said), 60)
        await seen(ben, ann, online=True)
        checker.check(await settled(server, [ann, ben]), history)
    assert await server.stop() == 0
    assert server.complaints() == []
