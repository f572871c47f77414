"""What all meters promise: see `chinwag.server.ports.meters`."""

import asyncio

from chinwag.server.ports.meters import Meters, Rate

SLOW = Rate(3, 60)


async def test_a_burst_and_then_a_wait(meters: Meters) -> None:
    assert [await meters.wait("tries", "ann", SLOW) for _ in range(3)] == [0, 0, 0]
    assert 59 < await meters.wait("tries", "ann", SLOW) <= 60
    # What was refused took nothing.
    assert 59 < await meters.wait("tries", "ann", SLOW) <= 60


async def test_each_name_and_each_key_has_a_bucket_of_its_own(meters: Meters) -> None:
    assert await meters.wait("tries", "ann", SLOW, 3) == 0
    assert await meters.wait("tries", "ann", SLOW) > 0
    assert await meters.wait("tries", "bob", SLOW, 3) == 0
    assert await meters.wait("sign-ups", "ann", SLOW, 3) == 0


async def test_a_bucket_fills_with_time(meters: Meters) -> None:
    fast = Rate(2, 0.05)
    assert await meters.wait("tries", "ann", fast, 2) == 0
    seconds = await meters.wait("tries", "ann", fast)
    assert 0 < seconds <= 0.05
    await asyncio.sleep(seconds + 0.01)
    assert await meters.wait("tries", "ann", fast) == 0


async def test_a_bucket_never_holds_more_than_its_burst(meters: Meters) -> None:
    fast = Rate(2, 0.001)
    assert await meters.wait("tries", "ann", fast) == 0
    await asyncio.sleep(0.05)
    assert await meters.wait("tries", "ann", fast, 3) > 0


async def test_what_was_harmless_is_given_back(meters: Meters) -> None:
    assert await meters.wait("tries", "ann", SLOW, 3) == 0
    await meters.give_back("tries", "ann", SLOW, 2)
    assert await meters.wait("tries", "ann", SLOW, 2) == 0
    assert await meters.wait("tries", "ann", SLOW) > 0


async def test_more_is_not_given_back_than_was_there(meters: Meters) -> None:
    await meters.give_back("tries", "ann", SLOW, 5)
    assert await meters.wait("tries", "ann", SLOW, 3) == 0
    assert await meters.wait("tries", "ann", SLOW) > 0


async def test_without_a_burst_there_is_no_limit(meters: Meters) -> None:
    assert [await meters.wait("tries", "ann", Rate(0, 60)) for _ in range(9)] == [0] * 9
