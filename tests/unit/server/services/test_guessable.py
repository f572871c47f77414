"""Which passwords are refused."""

import time

import pytest

from chinwag.server.services.guessable import guessable


@pytest.mark.parametrize(
    "password",
    [
        "password", "Password1!", "P@ssw0rd2024", "p4$$word", "12345678", "123456789", "87654321",
        "qwertyuiop", "1qaz2wsx", "zaq12wsx", "abcd1234", "aaaaaaaa", "abababab", "abcabcabc",
        "iloveyou!!", "Sunshine99", "letmein2025", "trustno1", "Summer2025!", "football7",
        "!!princess!!", "correcthorsebatterystaple", "changeme", "administrator", "qwer1234",
        "chinwag123", "asdfghjkl;", "00000000",
    ],
)  # fmt: skip
def test_the_common_ones_and_their_disguises_are_refused(password: str) -> None:
    assert guessable(password)


@pytest.mark.parametrize(
    "password",
    ["lodestar-kiln-7", "x9F!kd02", "Tr0ub4dor&3", "alice-in-chains", "ein sehr langer satz",
     "пароль-для-чата", "🐘🎈🐘🥁🎈🌋🥁🌋", "correct horse", "a\x00b\x00c\x00d\x00e"],
)  # fmt: skip
def test_others_may_be_used(password: str) -> None:
    assert not guessable(password, "zoe", "Zoe")


def test_the_handle_with_little_else_is_refused() -> None:
    assert guessable("alice123", "alice", "Alice Smith")
    assert guessable("Alice Smith", "alice", "Alice Smith")
    assert not guessable("alice-counts-lanterns", "alice", "Alice Smith")


def test_judging_the_longest_password_is_quick() -> None:
    started = time.perf_counter()
    for filling in ("ab", "qwertyuiop", "a1!", "x"):
        guessable((filling * 256)[:256], "alice", "Alice")
    assert time.perf_counter() - started < 0.5
