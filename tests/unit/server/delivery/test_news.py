"""What is new in a chat, held against looking at all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinwag.protocol.events import Message
from chinwag.protocol.frames import encode
from chinwag.server.delivery.news import News, is_quiet

PEOPLE = ("ann", "ben", "cat")
SAID = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sets(st.sampled_from(PEOPLE))), max_size=8)


@given(SAID)
def test_the_newest_for_everybody(said: list[tuple[str, set[str]]]) -> None:
    news = News()
    for seq, (sender, named) in enumerate(said, 1):
        news.add(seq, sender, encode(Message("x", mentions=tuple(named))).decode())
    for user in PEOPLE:
        others = [seq for seq, (sender, _) in enumerate(said, 1) if sender != user]
        calls = [seq for seq in others if user in said[seq - 1][1]]
        assert news.newest(user, quiet=False) == max(others, default=0)
        assert news.newest(user, quiet=True) == max(calls, default=0)


@pytest.mark.parametrize("body", ["", "{", "[]", '{"mentions":5}', '{"mentions":[1]}'])
def test_a_body_that_cannot_be_read_mentions_nobody(body: str) -> None:
    news = News()
    news.add(1, "ann", body)
    assert (news.newest("ben", quiet=False), news.newest("ben", quiet=True)) == (1, 0)


def test_quiet() -> None:
    assert is_quiet(10, 0, now=9)
    assert not is_quiet(10, 0, now=10)
    assert is_quiet(0, 1, now=10)
    assert not is_quiet(0, 0, now=10)
