"""Token buckets."""

import pytest

from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.ports.meters import Rate
from chinwag.server.services.limits import Bucket, Buckets, Limit


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_one_at_a_time() -> None:
    clock = Time()
    buckets = Buckets(Rate(3, 10), clock=clock)
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 10]
    clock.now += 4
    assert buckets.wait("a") == pytest.approx(6)
    clock.now += 6
    assert buckets.wait("a") == 0
    assert buckets.wait("a") == pytest.approx(10)


def test_waiting_in_vain_costs_nothing() -> None:
    clock = Time()
    buckets = Buckets(Rate(1, 10), clock=clock)
    buckets.wait("a")
    for _ in range(100):
        buckets.wait("a")
    clock.now += 10
    assert buckets.wait("a") == 0


def test_keys_do_not_touch_each_other() -> None:
    buckets = Buckets(Rate(1, 10), clock=Time())
    assert buckets.wait("a") == buckets.wait("b") == 0
    assert buckets.wait("a")


def test_a_flood_of_keys_stays_bounded() -> None:
    buckets = Buckets(Rate(1, 10), size=100)
    for n in range(10_000):
        buckets.wait(str(n))
    assert len(buckets) == 100


def test_the_least_recently_used_key_goes_first() -> None:
    clock = Time()
    buckets = Buckets(Rate(1, 1000), size=2, clock=clock)
    buckets.wait("a")
    buckets.wait("b")
    assert buckets.wait("a")
    buckets.wait("c")
    assert buckets.wait("a")
    assert not buckets.wait("b")


def test_what_is_given_back_does_not_exceed_the_burst() -> None:
    buckets = Buckets(Rate(2, 1000), clock=Time())
    buckets.wait("a")
    for _ in range(5):
        buckets.give_back("a")
    assert [bool(buckets.wait("a")) for _ in range(3)] == [False, False, True]


async def test_the_refusal_says_when_to_come_back() -> None:
    limit = Limit(LocalMeters(), "tries", Rate(1, 10))
    await limit.take("a")
    with pytest.raises(ChinwagError) as caught:
        await limit.take("a")
    assert caught.value.kind.code == "rate_limited"
    assert 9_000 < caught.value.retry_after <= 10_001
    await limit.give_back("a")
    await limit.take("a")


def test_no_burst_is_no_limit() -> None:
    buckets = Buckets(Rate(0, 10))
    assert not any(buckets.wait("a") for _ in range(1000))


def test_a_burst_of_zero_is_no_limit() -> None:
    rate = Rate(0, 1)
    bucket = Bucket(rate.burst, 0)
    assert [bucket.take(rate, 0) for _ in range(3)] == [0, 0, 0]
