"""Push subscriptions: what may be subscribed, and the server's keys."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chinwag.protocol import commands
from chinwag.protocol.generate.examples import ENDPOINT, PUSH_AUTH, PUSH_KEY
from chinwag.server.adapters.push.vapid import new_keys
from chinwag.server.delivery.away import Away
from chinwag.server.services.subscriptions import Alerting, Subscriptions, is_point
from house import House, housed, refused

GOOD = [
    ENDPOINT,
    "https://fcm.googleapis.com/fcm/send/abc:def-_",
    "https://updates.push.services.mozilla.com:443/wpush/v2/gAAA",
    "https://web.push.apple.com/QABC",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYA%2b",
    "https://[2606:4700:4700::1111]/x",
]
BAD = [
    "http://push.example.net/x",
    "ftp://push.example.net/x",
    "push.example.net/x",
    "//push.example.net/x",
    "https://",
    "https:///x",
    "https://push.example.net:8443/x",
    "https://push.example.net:0/x",
    "https://push.example.net:99999/x",
    "https://push.example.net:x/x",
    "https://user@push.example.net/x",
    "https://user:word@push.example.net/x",
    "https://push.example.net\\@127.0.0.1/x",
    "https://push.example.net/x#y",
    "https://localhost/x",
    "https://localhost./x",
    "https://intranet/x",
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[fe80::1%25eth0]/x",
    "https://10.0.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1/x",
    "javascript:alert(1)",
]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with housed(tmp_path) as found:
        yield found


async def opened(house: House, **alerting: bool) -> Subscriptions:
    found = Subscriptions(house.store, Away(house.sessions, 10), Alerting(**alerting))
    await found.open(new_keys)
    return found


def asked(endpoint: str = ENDPOINT, key: str = PUSH_KEY, **more: Any) -> commands.SubscribePush:
    return commands.SubscribePush(endpoint, key, PUSH_AUTH, **more)


async def kept(house: House) -> list[Any]:
    sql = "SELECT device, account, endpoint, key, auth, previews, closing FROM push_subscriptions"
    return await house.store.read(lambda reader: reader.fetch(sql))


@pytest.mark.parametrize("endpoint", GOOD)
async def test_a_push_service_of_the_internet(house: House, endpoint: str) -> None:
    session = await house.session(await house.sign_up("ann"))
    await (await opened(house)).subscribe(session, asked(endpoint))
    assert await kept(house) == [
        (session.device, session.user, endpoint, PUSH_KEY, PUSH_AUTH, 0, 1)
    ]


@pytest.mark.parametrize("endpoint", [*BAD, "http://127.0.0.1:9/x"])
async def test_anything_else_is_refused(house: House, endpoint: str) -> None:
    session = await house.session(await house.sign_up("ann"))
    with refused("invalid") as caught:
        await (await opened(house)).subscribe(session, asked(endpoint))
    assert caught.value.field == "$.do.endpoint"
    assert await kept(house) == []


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9/x", "http://[::1]:9/x"])
async def test_tests_may_allow_this_machine(house: House, endpoint: str) -> None:
    session = await house.session(await house.sign_up("ann"))
    subscriptions = await opened(house, loopback=True)
    await subscriptions.subscribe(session, asked(endpoint))
    for bad in ("http://10.0.0.1/x", "http://push.example.net/x", "gopher://127.0.0.1:9/x"):
        with refused("invalid"):
            await subscriptions.subscribe(session, asked(bad))


@pytest.mark.parametrize("key", ["A" * 87, PUSH_KEY[:-1] + "A", "BA" + PUSH_KEY[2:]])
async def test_a_key_must_be_a_point_of_the_curve(house: House, key: str) -> None:
    session = await house.session(await house.sign_up("ann"))
    with refused("invalid") as caught:
        await (await opened(house)).subscribe(session, asked(key=key))
    assert caught.value.field == "$.do.p256dh"


def test_every_key_that_is_made_is_a_point() -> None:
    assert all(is_point(new_keys().public) for _ in range(50))


async def test_a_new_subscription_replaces_that_of_the_device(house: House) -> None:
    session = await house.session(await house.sign_up("ann"))
    subscriptions = await opened(house)
    await subscriptions.subscribe(session, asked())
    await subscriptions.subscribe(session, asked(GOOD[1], previews=True, closing=False))
    assert await kept(house) == [(session.device, session.user, GOOD[1], PUSH_KEY, PUSH_AUTH, 1, 0)]


async def test_who_is_signed_out_at_this_moment_leaves_nothing(house: House) -> None:
    who = await house.sign_up("ann")
    session = await house.session(who)
    subscriptions = await opened(house)
    await house.entrance.sign_out(await house.devices.authenticate(who.token))
    await subscriptions.subscribe(session, asked())
    assert await kept(house) == []


async def test_keys_are_made_once(house: House) -> None:
    first = await (await opened(house)).open(new_keys)
    again = Subscriptions(house.store, Away(house.sessions, 10), Alerting())
    assert await again.open(new_keys) == first
    assert again.key == first.public


async def test_a_server_that_sends_none_takes_none(house: House) -> None:
    session = await house.session(await house.sign_up("ann"))
    subscriptions = await opened(house, enabled=False)
    assert subscriptions.key == ""
    with refused("not_allowed"):
        await subscriptions.subscribe(session, asked())
