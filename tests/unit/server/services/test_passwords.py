"""The password pool."""

import asyncio

import pytest

from chinwag.protocol.errors import ChinwagError
from chinwag.server.services.passwords import Passwords
from house import fast_passwords, until


async def test_hashes_are_argon2id_with_at_least_the_advised_cost() -> None:
    passwords = Passwords()
    stored = await passwords.hash("lodestar-kiln-7")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(stored, "lodestar-kiln-7")
    assert not await passwords.verify(stored, "lodestar-kiln-8")
    passwords.close()


@pytest.mark.parametrize(
    "password", ["a\x00bcdefgh", "ü" * 200, "a" * 256, "\ud800" * 8, " x " * 4]
)
async def test_every_character_counts(password: str) -> None:
    passwords = fast_passwords()
    stored = await passwords.hash(password)
    assert await passwords.verify(stored, password)
    for other in (password[:-1], password + " ", password.strip() + ".", password.split("\x00")[0]):
        if other != password:
            assert not await passwords.verify(stored, other)
    passwords.close()


async def test_nothing_stored_matches_nothing() -> None:
    passwords = fast_passwords()
    assert not await passwords.verify(None, "")
    assert not await passwords.verify("", "x")
    assert not await passwords.verify("not a hash", "x")
    passwords.close()


async def test_older_parameters_are_noticed() -> None:
    weak, strong = fast_passwords(), fast_passwords(passes=3)
    stored = await weak.hash("lodestar-kiln-7")
    assert await strong.verify(stored, "lodestar-kiln-7")
    assert strong.outdated(stored)
    assert not weak.outdated(stored)
    weak.close()
    strong.close()


async def test_a_flood_is_told_to_come_back() -> None:
    passwords = Passwords(threads=1, queued=3)
    answers = await asyncio.gather(
        *(passwords.hash("lodestar-kiln-7") for _ in range(20)), return_exceptions=True
    )
    refused = [each for each in answers if isinstance(each, ChinwagError)]
    assert len(refused) == 16
    assert {each.kind.code for each in refused} == {"busy"}
    assert all(each.retry_after for each in refused)
    assert passwords.gauges()["passwords_waiting"] == 0
    assert await passwords.hash("lodestar-kiln-7")
    passwords.close()


async def test_a_client_that_leaves_does_not_free_its_place_early() -> None:
    passwords = Passwords(threads=1, queued=0)
    task = asyncio.create_task(passwords.hash("lodestar-kiln-7"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ChinwagError):
        await passwords.hash("lodestar-kiln-7")
    await until(lambda: not passwords.gauges()["passwords_waiting"])
    passwords.close()
