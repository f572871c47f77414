"""What every broker promises: see `chinwag.server.ports.broker`."""

import asyncio
from collections.abc import Awaitable, Callable

from chinwag.server.clock import now_ms
from chinwag.server.ports.broker import Job, Verdict
from contracts.brokers import BrokerUnderTest
from contracts.waiting import eventually

Attempt = Callable[[Job], Awaitable[Verdict]]


def job(key: str, *, kind: str = "deliver", due_in: int = 0, attempts: int = 0) -> Job:
    now = now_ms()
    return Job(f"id-{kind}-{key}-{now}", kind, key, key.encode(), attempts, now + due_in, now)


class Attempts:
    """An attempt that notes what it was given, and answers with the verdicts one by one."""

    def __init__(self, *verdicts: Verdict | Exception) -> None:
        self.jobs: list[Job] = []
        self._verdicts = list(verdicts)

    async def __call__(self, job: Job) -> Verdict:
        self.jobs.append(job)
        verdict = self._verdicts.pop(0) if self._verdicts else Verdict()
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    @property
    def keys(self) -> list[str]:
        return [job.key for job in self.jobs]

    async def made(self, count: int) -> None:
        await eventually(lambda: len(self.jobs) >= count)


# --- parcels -------------------------------------------------------------------------------------


async def test_parcels_arrive_in_order(broker: BrokerUnderTest) -> None:
    got: list[bytes] = []
    await broker.it.consume(got.append)
    await broker.it.publish([(broker.node, b"1"), (broker.node, b"2")])
    await broker.it.publish([(broker.node, b"3")])
    await eventually(lambda: got == [b"1", b"2", b"3"])


async def test_parcels_of_calls_under_way_at_once_arrive_in_order(broker: BrokerUnderTest) -> None:
    got: list[bytes] = []
    await broker.it.consume(got.append)
    calls = [[b"%d.%d" % (n, part) for part in range(1 + n % 3)] for n in range(50)]
    await asyncio.gather(
        *(broker.it.publish([(broker.node, parcel) for parcel in parcels]) for parcels in calls)
    )
    expected = [parcel for parcels in calls for parcel in parcels]
    await eventually(lambda: len(got) == len(expected))
    assert got == expected


async def test_parcels_wait_for_who_consumes(broker: BrokerUnderTest) -> None:
    await broker.it.publish([(broker.node, b"1"), (broker.node, b"\xff\0")])
    got: list[bytes] = []
    await broker.it.consume(got.append)
    await eventually(lambda: got == [b"1", b"\xff\0"])


async def test_a_parcel_for_nobody_holds_up_no_other(broker: BrokerUnderTest) -> None:
    got: list[bytes] = []
    await broker.it.consume(got.append)
    await broker.it.publish([("elsewhere", b"1"), (broker.node, b"2")])
    await eventually(lambda: got == [b"2"])


async def test_a_parcel_that_cannot_be_taken_holds_up_no_other(broker: BrokerUnderTest) -> None:
    got: list[bytes] = []

    def take(parcel: bytes) -> None:
        if parcel == b"bad":
            raise ValueError
        got.append(parcel)

    await broker.it.consume(take)
    await broker.it.publish([(broker.node, b"1"), (broker.node, b"bad"), (broker.node, b"2")])
    await eventually(lambda: got == [b"1", b"2"])


# --- jobs ----------------------------------------------------------------------------------------


async def test_a_due_job_is_attempted_and_forgotten_when_done(broker: BrokerUnderTest) -> None:
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a", attempts=1)])
    await attempts.made(1)
    got = attempts.jobs[0]
    assert (got.kind, got.key, got.body, got.attempts) == ("deliver", "a", b"a", 1)
    await broker.waiting(0)
    assert await broker.it.dead() == []


async def test_jobs_put_before_anybody_works_are_attempted(broker: BrokerUnderTest) -> None:
    await broker.it.put([job("a"), job("b"), job("c", kind="alert")])
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    await attempts.made(2)
    assert sorted(attempts.keys) == ["a", "b"]
    await broker.waiting(1)


async def test_a_job_of_the_kind_and_key_of_a_waiting_one_is_dropped(
    broker: BrokerUnderTest,
) -> None:
    await broker.it.put([job("a")])
    await broker.it.put([job("a"), job("a", kind="alert"), job("b")])
    await broker.waiting(3)
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    await attempts.made(2)
    await broker.waiting(1)
    assert sorted(attempts.keys) == ["a", "b"]
    await broker.it.put([job("a")])  # none waits any more
    await attempts.made(3)


async def test_a_job_is_not_attempted_before_it_is_due(broker: BrokerUnderTest) -> None:
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    later = job("later", due_in=150)
    await broker.it.put([job("never", due_in=3_600_000), later, job("now")])
    await attempts.made(2)
    assert attempts.keys == ["now", "later"]
    assert now_ms() >= later.due_at


async def test_an_earlier_job_is_not_kept_by_a_later_one(broker: BrokerUnderTest) -> None:
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("never", due_in=3_600_000)])
    await broker.waiting(1)
    await broker.it.put([job("soon", due_in=50)])
    await attempts.made(1)
    assert attempts.keys == ["soon"]


async def test_a_job_not_done_is_tried_again_after_its_delay(broker: BrokerUnderTest) -> None:
    attempts = Attempts(Verdict(done=False, delay=50, body=b"second"), Verdict())
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a", attempts=1)])
    await attempts.made(2)
    assert [(job.attempts, job.body) for job in attempts.jobs] == [(1, b"a"), (2, b"second")]
    await broker.waiting(0)


async def test_a_dead_job_is_a_dead_letter_and_attempted_no_more(broker: BrokerUnderTest) -> None:
    attempts = Attempts(Verdict(done=False, dead=True, error="unreachable"))
    await broker.it.work("deliver", attempts)
    before = now_ms()
    await broker.it.put([job("a", attempts=4)])
    (letter,) = await broker.letters(1)
    assert (letter.kind, letter.key, letter.body) == ("deliver", "a", b"a")
    assert (letter.attempts, letter.error) == (5, "unreachable")
    assert letter.dead_at >= before
    await broker.it.put([job("b")])
    await attempts.made(2)
    assert attempts.keys == ["a", "b"]


async def test_a_dead_letter_does_not_keep_new_work_away(broker: BrokerUnderTest) -> None:
    attempts = Attempts(Verdict(done=False, dead=True))
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a")])
    await broker.letters(1)
    await broker.it.put([job("a")])
    await attempts.made(2)
    await broker.waiting(0)
    assert len(await broker.it.dead()) == 1


async def test_dead_letters_come_newest_first(broker: BrokerUnderTest) -> None:
    async def attempt(job: Job) -> Verdict:
        return Verdict(done=False, dead=True, error=job.key)

    await broker.it.work("deliver", attempt)
    for n in range(1, 4):
        await broker.it.put([job(str(n))])
        await broker.letters(n)
    assert [letter.error for letter in await broker.it.dead()] == ["3", "2", "1"]
    assert [letter.error for letter in await broker.it.dead(limit=2)] == ["3", "2"]


async def test_an_attempt_that_raises_counts_up_to_the_limit(broker: BrokerUnderTest) -> None:
    attempts = Attempts(*[ValueError("no") for _ in range(9)])
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a")])
    (letter,) = await broker.letters(1)
    assert [job.attempts for job in attempts.jobs] == [0, 1, 2, 3, 4]
    assert (letter.attempts, letter.error) == (5, "ValueError")
    await broker.waiting(0)


async def test_an_attempt_that_hangs_delays_no_other(broker: BrokerUnderTest) -> None:
    done: list[str] = []

    async def attempt(job: Job) -> Verdict:
        if job.key.startswith("hangs"):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.Event().wait()  # and does not even let itself be cancelled
        done.append(job.key)
        return Verdict()

    await broker.it.work("deliver", attempt)
    await broker.it.put([job("hangs-1"), job("hangs-2")])
    await broker.it.put([job(f"well-{n}") for n in range(40)])
    await eventually(lambda: len(done) == 40)
    letters = await broker.letters(2)
    assert {letter.error for letter in letters} == {"timed out"}


async def test_attempts_run_side_by_side_but_not_all_at_once(broker: BrokerUnderTest) -> None:
    running, most, done = 0, 0, 0

    async def attempt(job: Job) -> Verdict:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        done += 1
        return Verdict()

    await broker.it.work("deliver", attempt)
    await broker.it.put([job(str(n)) for n in range(30)])
    await eventually(lambda: done == 30)
    assert 1 < most <= broker.at_once


async def test_a_replayed_letter_begins_anew(broker: BrokerUnderTest) -> None:
    attempts = Attempts(Verdict(done=False, dead=True, error="no"))
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a", attempts=3)])
    (letter,) = await broker.letters(1)
    assert await broker.it.replay(letter.id) is True
    await attempts.made(2)
    assert attempts.jobs[1].attempts == 0
    await broker.waiting(0)
    assert await broker.it.dead() == []
    assert await broker.it.replay(letter.id) is False


async def test_a_letter_whose_work_waits_already_is_not_doubled(broker: BrokerUnderTest) -> None:
    attempts = Attempts(Verdict(done=False, dead=True))
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a")])
    (letter,) = await broker.letters(1)
    await broker.it.put([job("a", due_in=3_600_000)])
    assert await broker.it.replay(letter.id) is True
    assert await broker.it.dead() == []
    await broker.waiting(1)


async def test_a_letter_can_be_discarded(broker: BrokerUnderTest) -> None:
    attempts = Attempts(Verdict(done=False, dead=True))
    await broker.it.work("deliver", attempts)
    await broker.it.put([job("a"), job("b", due_in=3_600_000)])
    (letter,) = await broker.letters(1)
    assert await broker.it.discard(letter.id) is True
    assert await broker.it.discard(letter.id) is False
    assert await broker.it.discard("nothing") is False
    await broker.waiting(1)


async def test_letters_are_forgotten_by_age(broker: BrokerUnderTest) -> None:
    await broker.it.work("deliver", Attempts(Verdict(done=False, dead=True)))
    await broker.it.put([job("a"), job("b", due_in=3_600_000)])
    (letter,) = await broker.letters(1)
    assert await broker.it.forget(letter.dead_at) == 0
    assert await broker.it.forget(letter.dead_at + 1) == 1
    assert await broker.it.dead() == []
    await broker.waiting(1)


async def test_a_waiting_job_is_neither_replayed_nor_discarded(broker: BrokerUnderTest) -> None:
    waiting = job("a", due_in=3_600_000)
    await broker.it.put([waiting])
    assert await broker.it.replay(waiting.id) is False
    assert await broker.it.discard(waiting.id) is False
    await broker.waiting(1)


async def test_jobs_and_letters_survive_a_restart(broker: BrokerUnderTest) -> None:
    await broker.it.work("alert", Attempts(Verdict(done=False, dead=True, error="no")))
    await broker.it.put([job("a", attempts=2), job("b", kind="alert")])
    await broker.letters(1)
    await broker.restart()
    (letter,) = await broker.it.dead()
    assert (letter.key, letter.error) == ("b", "no")
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    await attempts.made(1)
    assert (attempts.jobs[0].key, attempts.jobs[0].attempts) == ("a", 2)


async def test_an_attempt_cut_off_is_repeated_and_has_been_counted(
    broker: BrokerUnderTest,
) -> None:
    begun = asyncio.Event()

    async def attempt(job: Job) -> Verdict:
        begun.set()
        await asyncio.Event().wait()
        return Verdict()

    await broker.it.work("deliver", attempt)
    await broker.it.put([job("a")])
    await begun.wait()
    await broker.restart()
    attempts = Attempts()
    await broker.it.work("deliver", attempts)
    await attempts.made(1)
    assert attempts.jobs[0].attempts == 1
    await broker.waiting(0)


async def test_gauges_are_numbers(broker: BrokerUnderTest) -> None:
    assert all(isinstance(value, int | float) for value in broker.it.gauges().values())
