"""Times and numbers as people say them."""

from datetime import UTC, datetime

import pytest

from chinwag.cli import words


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000)


NOW = at(2026, 3, 11, 15, 30)  # a Wednesday


@pytest.mark.parametrize(
    ("then", "day", "listed", "seen"),
    [
        (at(2026, 3, 11, 14, 5), "Today", "14:05", "last seen today at 14:05"),
        (at(2026, 3, 10, 9, 0), "Yesterday", "Yesterday", "last seen yesterday at 09:00"),
        (at(2026, 3, 8, 9, 0), "Sunday", "Sun", "last seen on Sunday at 09:00"),
        (at(2026, 3, 4, 9, 0), "4 March", "4 Mar", "last seen on 4 March at 09:00"),
        (at(2025, 12, 31), "31 December 2025", "12/2025", "last seen on 31 December 2025 at 12:00"),
        (at(2026, 3, 12), "12 March", "12 Mar", "last seen on 12 March at 12:00"),
    ],
)
def test_times(then: int, day: str, listed: str, seen: str) -> None:
    assert words.day(then, NOW, UTC) == day
    assert words.listed(then, NOW, UTC) == listed
    assert words.last_seen(then, NOW, UTC) == seen


def test_counts_and_lists() -> None:
    assert words.count(1, "message") == "1 message"
    assert words.count(1200, "message") == "1,200 messages"
    assert words.count(2, "person", "people") == "2 people"
    assert words.listing(["Ann"]) == "Ann"
    assert words.listing(["Ann", "Bob"]) == "Ann and Bob"
    assert words.listing(["Ann", "Bob", "Cy"]) == "Ann, Bob and Cy"
    assert words.listing(["A", "B", "C", "D", "E", "F"]) == "A, B, C and 3 others"
    assert words.listing([]) == ""
