"""One node's link to an engine is cut, stalls, dies unseen or is slow, while people talk by way of
this node and the others: nothing accepted is lost, nothing is shown twice, and all of it heals.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from cluster.many import Many
from cluster.proving import prove
from faults.histories import History
from faults.network import Network, network_to
from faults.people import company, direct, group_of, hurry, talking

pytestmark = pytest.mark.asyncio(loop_scope="module")

_LINKS = {"PostgreSQL": "database_url", "RabbitMQ": "broker_url", "Redis": "registry_url"}


async def _cut(network: Network) -> None:
    network.down = True
    network.cut()
    await asyncio.sleep(4)  # longer than the node's lease
    network.down = False


async def _stalled(network: Network) -> None:
    network.stall()
    await asyncio.sleep(4)
    network.resume()


async def _dead(network: Network) -> None:
    network.bury()
    await asyncio.sleep(2)


async def _slow(network: Network) -> None:
    network.delay = 0.1
    await asyncio.sleep(3)
    network.delay = 0


WEATHER = {"is cut": _cut, "stalls": _stalled, "dies unseen": _dead, "is slow": _slow}
# Each engine has its own worst.
FAULTS = (
    ("PostgreSQL", "is cut"),
    ("PostgreSQL", "dies unseen"),
    ("PostgreSQL", "is slow"),
    ("RabbitMQ", "is cut"),
    ("RabbitMQ", "stalls"),
    ("Redis", "is cut"),
    ("Redis", "dies unseen"),
)


@pytest.fixture(scope="module")
def history() -> History:
    """What was done and seen on this module's cluster."""
    return History()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def linked() -> AsyncIterator[tuple[Many, dict[str, Network]]]:
    """A cluster, and the links of its first node."""
    many = Many()
    engines = dict(zip(_LINKS, many.engines, strict=True))
    async with contextlib.AsyncExitStack() as stack:
        links = {
            name: await stack.enter_async_context(network_to(engine))
            for name, engine in engines.items()
        }
        urls = {_LINKS[name]: engines[name].url_at(link.port) for name, link in links.items()}
        many.nodes[0].tell(**urls)
        try:
            await asyncio.to_thread(many.start)
            yield many, links
        finally:
            await asyncio.to_thread(many.kill)


@pytest.mark.parametrize(("engine", "weather"), FAULTS)
async def test_people_talk_while_a_link(
    engine: str,
    weather: str,
    linked: tuple[Many, dict[str, Network]],
    history: History,
    tmp_path: Path,
) -> None:
    many, links = linked
    async with company(many, ["ann", "ben", "cat"], history, tmp_path) as people:
        chats = [await group_of(people), await direct(people[0], people[1])]
        ann, ben, cat = people
        async with talking((ann, chats), (ben, chats[:1]), (cat, chats[:1])):
            await history.accepts(50)
            await WEATHER[weather](links[engine])
            healed = time.monotonic()
            hurry(people)
            await history.accepts(50)
            print(f"accepted again after {time.monotonic() - healed:.1f} s")
        await prove(many, people)
        print(f"proven after {time.monotonic() - healed:.1f} s")
