"""The worker of jobs, where the store fails it, and how it climbs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.attempting import Patience
from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.broker import Job, Verdict
from chinwag.server.ports.store import Reader, Tx
from contracts.opened import Opened
from contracts.waiting import eventually

T = TypeVar("T")


class FailingAtTimes(SqliteStore):
    """A real store that refuses as often as it is told to, as on a full disk."""

    refusals = 0

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        self._refuse()
        return await super().transact(work)

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        self._refuse()
        return await super().read(work)

    def _refuse(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ChinwagError(errors.STORAGE_FULL)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FailingAtTimes]:
    opened = Opened(lambda: FailingAtTimes(tmp_path / "x.db"))
    await opened.open()
    assert isinstance(opened.store, FailingAtTimes)
    yield opened.store
    await opened.store.close()


async def test_what_an_attempt_came_to_is_not_forgotten_on_a_full_disk(
    store: FailingAtTimes,
) -> None:
    made: list[str] = []

    async def attempt(job: Job) -> Verdict:
        made.append(job.key)
        store.refusals = 3  # the verdict cannot be written down at first
        return Verdict()

    broker = LocalBroker(store, patience=Patience(store_pause=0.001))
    await broker.work("deliver", attempt)
    await broker.put([Job("1", "deliver", "a", b"")])
    await eventually(lambda: bool(made) and not store.refusals)
    await eventually(lambda: broker.gauges()["jobs_running"] == 0)
    rows = await store.read(lambda reader: reader.fetch("SELECT count(*) FROM jobs"))
    assert rows == [(0,)]
    assert made == ["a"]
    await broker.close()


async def test_a_look_that_fails_is_taken_again(store: FailingAtTimes) -> None:
    made: list[str] = []

    async def attempt(job: Job) -> Verdict:
        made.append(job.key)
        return Verdict()

    broker = LocalBroker(store, patience=Patience(store_pause=0.001))
    await broker.put([Job("1", "deliver", "a", b"")])
    store.refusals = 5
    await broker.work("deliver", attempt)
    await eventually(lambda: made == ["a"])
    await broker.close()


async def test_one_works_on_a_kind(store: FailingAtTimes) -> None:
    async def attempt(job: Job) -> Verdict:
        return Verdict()

    broker = LocalBroker(store)
    await broker.work("deliver", attempt)
    with pytest.raises(ValueError, match="works on 'deliver' already"):
        await broker.work("deliver", attempt)
    await broker.close()


def test_the_ladder_of_attempts_that_raise() -> None:
    patience = Patience(first_pause=1, factor=5, attempts=5)
    verdicts = [patience.verdict(made, "no") for made in range(1, 6)]
    assert [verdict.delay for verdict in verdicts[:4]] == [1_000, 5_000, 25_000, 125_000]
    assert [verdict.dead for verdict in verdicts] == [False] * 4 + [True]
