"""The server's clock is set wrong by an hour, either way, while it works: nothing follows it."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chinwag.protocol.commands import Me
from chinwag.sdk import Client
from chinwag.server import clock
from chinwag.server.clock import Clock
from faults import checker
from faults.histories import History
from faults.people import PASSWORD, Person, agree, group_of, seen, settled
from faults.raw import Raw, ask
from house import Site, served

HOUR = 3600.0


class Times:
    """A wall clock that can be set, and a steady one that cannot."""

    def __init__(self) -> None:
        self.wall = 1_800_000_000.0
        self.steady = 0.0

    def pass_by(self, seconds: float) -> None:
        """Time goes on."""
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def a_clock(times: Times) -> Clock:
    return Clock(lambda: times.wall, lambda: times.steady)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_step_of_an_hour_is_walked_not_jumped(times: Times, a_clock: Clock, step: float) -> None:
    start = times.wall
    times.wall += step
    earlier = a_clock()
    for second in range(1, 1001):
        times.pass_by(1)
        now = a_clock()
        assert 990 <= now - earlier <= 1010  # it never runs back, and never fast or slow
        assert abs(now / 1000 - (start + second)) <= 0.005 * second + 0.002
        earlier = now


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_in_the_end_it_is_right(times: Times, a_clock: Clock, step: float) -> None:
    times.wall += step
    a_clock()
    times.pass_by(HOUR / 0.005 + 60)
    a_clock()
    assert abs(a_clock() / 1000 - times.wall) < 0.01


def test_a_clock_that_was_plainly_wrong_is_believed_at_once(times: Times, a_clock: Clock) -> None:
    times.wall += 30 * 24 * HOUR
    assert abs(a_clock() / 1000 - times.wall) < 0.01


# --- the whole server ----------------------------------------------------------------------------


class _Wall:
    """What the server's clock takes for the time of day."""

    def __init__(self) -> None:
        self.off = 0.0

    def __call__(self) -> float:
        return time.time() + self.off


@dataclass
class _Place:
    database: Path


@asynccontextmanager
async def _people(site: Site, history: History, *names: str) -> AsyncIterator[list[Person]]:
    people = []
    try:
        for name in names:
            people.append(await Person.sign_up(site.url, name, history))
            people[-1].start()
            await people[-1].client.wait_online()
        yield people
    finally:
        for person in people:
            await person.close()


async def test_a_server_through_steps(
    tmp_path: Path, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order, marks, last seen, tokens and the ladder, while the clock goes back and forth."""
    wall = _Wall()
    monkeypatch.setattr(clock.now_ms, "wall", wall)
    steps = {"ack_timeout": 0.2, "retry_backoff": 0.2, "retry_factor": 1, "retry_limit": 3}
    async with (
        served(tmp_path / "data", **steps) as site,
        _people(site, history, "ann", "ben", "cat") as people,
    ):
        ann, ben, cat = people
        chat = await group_of(people)
        deaf = await Client.sign_up(site.url, "deaf", "deaf", PASSWORD)
        to_deaf = (await ann.client.open_direct(deaf.user)).chat
        ben.client.watch(users=[ann.user])
        last_seen: list[int] = []
        for off in (0.0, -HOUR, HOUR, -HOUR, 0.0):
            wall.off = off
            # Sessions and sends go on; who comes and goes was last seen later each time.
            ann.client.foreground = True
            await seen(ben, ann, online=True)
            ann.client.foreground = False
            last_seen.append(await seen(ben, ann, online=False))
            await asyncio.gather(*[await it.send(chat) for it in people])
            cat.client.read(chat)
            # Tokens keep working, old and new ones.
            assert await cat.client.call(Me())
            fresh = await Client.sign_in(site.url, cat.name, PASSWORD)
            async with fresh:
                await fresh.wait_online()
                assert fresh.state.chats[chat].last == ann.client.state.chats[chat].last
            # Jobs are due when they are due: who does not acknowledge has failed in the end.
            raw = await Raw.session(site, deaf.token)
            raw.send(ask(1, type="sync"))
            sending = await ann.send(to_deaf)
            await sending
            assert await asyncio.wait_for(raw.close_code(), 20) == 4010
            raw.abort()
        assert last_seen == sorted(last_seen)
        assert all(later > earlier for earlier, later in itertools.pairwise(last_seen))
        assert max(last_seen) - min(last_seen) < HOUR * 1000 / 2
        database = await settled(_Place(tmp_path / "data/chinwag.db"), people)
        checker.check(database, history)
        agree(database, people)
        at = [it.at for it in ann.client.state.chats[chat].log.between(1, 10**6)]
        assert at == sorted(at)
        await deaf.close()
