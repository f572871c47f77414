"""What becomes due, and which jobs are put for it: on the real store, without sending."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.delivery import alerts as module
from chinwag.server.delivery.alerts import Alerts
from chinwag.server.delivery.away import Away
from chinwag.server.ports.store import Batch, Entry, Tx
from chinwag.server.sessions.session import Session
from house import House, Line, housed

FAR = 10**15


class Scene:
    """A chat of some people, and the alerts of a server that sends none of them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.away = Away(house.sessions, 10)
        self.shown: set[tuple[str, str]] = set()
        self.alerts = self.anew()

    def anew(self) -> Alerts:
        """As after a restart."""
        return Alerts(
            self.house.store,
            LocalBroker(self.house.store),
            LocalRegistry(),
            self.away,
            self.shown,
        )

    async def sql(self, sql: str, *args: Any) -> list[Any]:
        async def work(tx: Tx) -> list[Any]:
            if sql.startswith("SELECT"):
                return await tx.fetch(sql, *args)
            await tx.execute(sql, *args)
            return []

        found: list[Any] = await self.house.store.transact(work)
        return found

    async def chat(self, chat: str, *users: str) -> None:
        await self.sql("INSERT INTO chats (id, kind) VALUES ($1, 'group')", chat)
        for user in users:
            await self.sql("INSERT INTO members (chat, account) VALUES ($1, $2)", chat, user)

    async def subscribe(self, user: str, device: str) -> None:
        await self.sql(
            "INSERT INTO push_subscriptions (device, account, endpoint) VALUES ($1, $2, $1)",
            device,
            user,
        )
        self.away.add(user, device)

    async def say(self, chat: str, sender: str, *named: str, alert: bool = True) -> Entry:
        body = json.dumps({"kind": "message", "text": "x", "mentions": named}).encode()
        entry = Entry(
            chat, sender, "message", body, counted=True, mentions=named, alert=alert, version=0
        )
        await self.house.store.append(Batch([entry], []))
        return entry

    async def due(self) -> dict[tuple[str, str], int]:
        rows = await self.sql("SELECT device, chat, due FROM alerts")
        return {(device, chat): due for device, chat, due in rows}

    async def jobs(self) -> list[str]:
        """The devices that jobs wait for, one for each job."""
        rows = await self.sql("SELECT body FROM jobs WHERE kind = 'alert' AND dead_at = 0")
        return sorted(json.loads(row[0])["device"] for row in rows)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with housed(tmp_path) as house:
        yield Scene(house)


async def test_many_messages_are_one_job_a_device(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben")
    await scene.chat("b", "ann", "ben")
    await scene.subscribe("ben", "phone")
    for _ in range(3):
        for chat in ("a", "b"):
            await scene.say(chat, "ann")
        await scene.alerts.look()
    assert await scene.due() == {("phone", "a"): 3, ("phone", "b"): 3}
    assert await scene.jobs() == ["phone"]
    assert await scene.sql("SELECT * FROM alerts_due") == []


async def test_a_large_group(scene: Scene) -> None:
    people = [f"p{n}" for n in range(450)]
    await scene.chat("a", *people)
    for name in people:
        await scene.subscribe(name, f"{name}-phone")
    for _ in range(module._EVENTS + 3):
        await scene.say("a", "p7")
    await scene.alerts.look()
    assert await scene.jobs() == sorted(f"{name}-phone" for name in people if name != "p7")
    assert set((await scene.due()).values()) == {module._EVENTS + 3}


async def test_nothing_is_due_of_what_is_read_or_own_or_from_before_joining(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben", "cat", "dan")
    for user in ("ann", "ben", "cat", "dan"):
        await scene.subscribe(user, f"{user}-phone")
    await scene.say("a", "ann")
    await scene.sql("UPDATE members SET read = 1, delivered = 1 WHERE account = 'ben'")
    await scene.sql("UPDATE members SET joined = 2 WHERE account = 'cat'")
    await scene.alerts.look()
    assert await scene.due() == {("dan-phone", "a"): 1}


async def test_quiet_chats_are_due_by_mention(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben", "cat")
    for user in ("ben", "cat"):
        await scene.subscribe(user, f"{user}-phone")
    await scene.sql("UPDATE members SET muted_until = $1 WHERE account = 'ben'", FAR)
    await scene.sql("UPDATE members SET archived = 1 WHERE account = 'cat'")
    await scene.say("a", "ann", "ben")
    await scene.say("a", "ann")
    await scene.alerts.look()
    assert await scene.due() == {("ben-phone", "a"): 1}


async def test_what_was_noted_before_a_crash_is_due_after_it(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben")
    await scene.subscribe("ben", "phone")
    await scene.say("a", "ann")
    scene.alerts = scene.anew()
    await scene.alerts.open()
    await scene.alerts.look()
    assert await scene.jobs() == ["phone"]


async def test_what_was_committed_unnoted_is_noted_then(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben")
    await scene.subscribe("ben", "phone")
    entry = await scene.say("a", "ann", alert=False)
    await scene.alerts.look()
    assert await scene.jobs() == []
    scene.alerts.committed("a", entry.seq, noted=False)
    await scene.alerts.look()
    assert await scene.due() == {("phone", "a"): 1}


@pytest.mark.parametrize(
    ("quiet", "named", "due"), [(False, (), 2), (True, (), 0), (True, ("ben",), 1)]
)
async def test_what_a_session_left_unacknowledged_is_due(
    scene: Scene, quiet: bool, named: tuple[str, ...], due: int
) -> None:
    await scene.chat("a", "ann", "ben")
    await scene.subscribe("ben", "phone")
    await scene.sql("UPDATE members SET archived = $1 WHERE account = 'ben'", int(quiet))
    session = Session("ben", "phone", Line())
    session.unacknowledged = {"a": 1.0, "elsewhere": 2.0}
    await scene.say("a", "ann", *named, alert=False)
    await scene.say("a", "ann", alert=False)
    scene.alerts.left(session)
    await scene.alerts.look()
    assert (await scene.due()).get(("phone", "a"), 0) == due


async def test_a_device_that_came_back_is_left_alone(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben")
    await scene.subscribe("ben", "phone")
    session = Session("ben", "phone", Line())
    session.unacknowledged = {"a": 1.0}
    await scene.say("a", "ann", alert=False)
    scene.alerts.left(session)
    await scene.house.sessions.enter(Session("ben", "phone", Line()))
    await scene.alerts.look()
    assert await scene.due() == {}


async def test_after_a_start_it_looks_back_at_what_nobody_fetched(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben", "cat")
    await scene.chat("b", "ann", "ben")
    for user in ("ann", "ben", "cat"):
        await scene.subscribe(user, f"{user}-phone")
    await scene.say("a", "ann", alert=False)  # handed to sessions that the crash ended
    await scene.say("b", "ann", alert=False)
    await scene.sql("UPDATE members SET delivered = 1 WHERE account = 'ben' AND chat = 'b'")
    await scene.alerts.look()
    assert await scene.due() == {}
    scene.alerts._look_back()
    await scene.alerts.look()
    assert await scene.due() == {("ben-phone", "a"): 1, ("cat-phone", "a"): 1}


async def test_reading_is_looked_at_where_something_is_shown(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben")
    for device in ("phone", "tablet", "laptop"):
        await scene.subscribe("ben", device)
    await scene.say("a", "ann", alert=False)
    for device, shown in (("phone", 1), ("tablet", 2), ("laptop", 0)):
        await scene.sql(
            "INSERT INTO alerts (device, chat, due, done, shown) VALUES ($1, 'a', 1, 1, $2)",
            device,
            shown,
        )
    await scene.alerts.open()
    assert scene.shown == {("ben", "a")}
    await scene.sql("UPDATE members SET read = 1 WHERE account = 'ben'")
    scene.alerts.read("ben", "a")
    scene.alerts.read("ann", "a")
    await scene.alerts.look()
    assert await scene.jobs() == ["phone"]
    await scene.sql("UPDATE alerts SET shown = 0")
    scene.alerts.read("ben", "a")
    await scene.alerts.look()
    assert scene.shown == set()


async def test_a_restart_closes_what_was_read_and_not_told(scene: Scene) -> None:
    await scene.chat("a", "ann", "ben")
    await scene.subscribe("ben", "phone")
    await scene.say("a", "ann", alert=False)
    await scene.sql(
        "INSERT INTO alerts (device, chat, due, done, shown) VALUES ('phone', 'a', 1, 1, 1)"
    )
    await scene.sql("UPDATE members SET read = 1 WHERE account = 'ben'")
    await scene.alerts.open()
    await scene.alerts.look()
    assert await scene.jobs() == ["phone"]


async def test_a_job_that_is_ending_drops_nothing(scene: Scene) -> None:
    """Its row still stands when the next job is put: the round tells them apart."""
    await scene.chat("a", "ann", "ben")
    await scene.subscribe("ben", "phone")
    await scene.say("a", "ann")
    await scene.alerts.look()
    await scene.sql("UPDATE alerts SET done = due")
    await scene.sql("UPDATE push_subscriptions SET round = round + 1")  # it found nothing more
    await scene.say("a", "ann")
    await scene.alerts.look()
    assert await scene.jobs() == ["phone", "phone"]
