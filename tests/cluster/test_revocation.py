"""A device that is signed out is out on every node within a second, whatever else is broken."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import InvalidStatus

from chinwag.protocol.results import Device
from cluster.many import Many
from flows.cast import Person, eventually, sign_up
from flows.raw import Raw

_SECONDS = 1.0


@pytest.fixture
async def anna(many: Many) -> AsyncIterator[Person]:
    person = await sign_up(many.url)
    yield person
    await person.close()


async def devices(anna: Person, many: Many) -> list[Raw]:
    """A device of hers on each node."""
    sockets = []
    for node in many.nodes:
        device = await anna.more(online=False)
        sockets.append(await Raw.open(node.url, device.token))
    return sockets


async def all_closed(sockets: list[Raw], since: float) -> None:
    for socket in sockets:
        assert await socket.close_code() == 4401
    assert time.monotonic() - since < _SECONDS
    for socket in sockets:
        await socket.close()


async def test_a_device_that_is_removed_is_out_everywhere(many: Many, anna: Person) -> None:
    sockets = await devices(anna, many)

    async def others_online() -> list[Device]:
        others = [it for it in await anna.phone.devices.list() if not it.this]
        return others if all(it.online for it in others) else []

    others = await eventually(others_online)
    await asyncio.gather(*(anna.phone.devices.remove(it.id) for it in others))
    await all_closed(sockets, time.monotonic())


@pytest.mark.parametrize("frozen", ["", "rabbitmq", "redis"])
async def test_a_new_password_signs_out_everywhere(many: Many, anna: Person, frozen: str) -> None:
    sockets = await devices(anna, many)
    if frozen:
        many.part(frozen).pause()
    try:
        await anna.phone.people.change_password(anna.password, f"another long one {anna.handle}")
        await all_closed(sockets, time.monotonic())
    finally:
        if frozen:
            many.part(frozen).resume()


async def test_a_token_that_is_void_opens_nothing_on_any_node(many: Many, anna: Person) -> None:
    laptop = await anna.more(online=False)
    token = laptop.token
    await laptop.sign_out()
    await asyncio.sleep(_SECONDS)  # the promise
    for node in many.nodes:
        with pytest.raises(InvalidStatus, match="401"):
            await Raw.open(node.url, token)


async def test_of_a_device_on_two_nodes_the_newer_session_stays(many: Many, anna: Person) -> None:
    await anna.away()
    older = await Raw.open(many.nodes[0].url, anna.token)
    newer = await Raw.open(many.nodes[1].url, anna.token)
    assert await older.close_code() == 4409
    assert (await newer.ok("me"))["user"]["id"] == anna.id
    await older.close()
    await newer.close()
