"""Ranges with explicit holes."""

from hypothesis import given
from hypothesis import strategies as st

from chinwag.sdk.log import Log
from unit.sdk.peer import message

SEQS = st.integers(1, 40)


@given(st.lists(SEQS), st.lists(st.tuples(SEQS, SEQS)))
def test_ranges_are_what_was_added_and_covered(
    seqs: list[int], spans: list[tuple[int, int]]
) -> None:
    log, known = Log(), set(seqs)
    log.extend(message(seq) for seq in seqs)
    for first, last in spans:
        log.cover(first, last)
        known |= set(range(first, last + 1))
    held = [seq for first, last in log.ranges for seq in range(first, last + 1)]
    assert held == sorted(known)
    for (_, last), (first, _) in zip(log.ranges, log.ranges[1:], strict=False):
        assert last + 1 < first
    assert [event.seq for event in log.between(1, 40)] == sorted(set(seqs))
    assert (log.newest.seq if log.newest else 0) == max(seqs, default=0)


@given(st.sets(SEQS), SEQS, SEQS)
def test_the_first_hole(seqs: set[int], after: int, limit: int) -> None:
    log = Log()
    log.extend(message(seq) for seq in seqs)
    missing = [seq for seq in range(after + 1, limit + 1) if seq not in seqs]
    hole = log.hole_after(after, limit)
    assert (hole[0] if hole else 0) == (missing[0] if missing else 0)
    if hole:
        assert set(range(hole[0], hole[1] + 1)) <= set(missing)
        assert hole[1] == limit or hole[1] + 1 in seqs


@given(st.sets(SEQS, min_size=1), SEQS)
def test_known_through_and_from(seqs: set[int], seq: int) -> None:
    log = Log()
    log.extend(message(it) for it in seqs)
    through, start = log.known_through(seq), log.known_from(seq)
    if seq not in seqs:
        assert (through, start) == (0, 0)
    else:
        assert set(range(start, through + 1)) <= seqs
        assert through + 1 not in seqs
        assert start - 1 not in seqs


def test_trimming_forgets_the_oldest_or_only_lets_go_of_them() -> None:
    forgetful, faithful = Log(), Log()
    for log in (forgetful, faithful):
        log.extend(message(seq) for seq in range(1, 31))
    forgetful.trim(10, forget=True)
    faithful.trim(10, forget=False)
    assert forgetful.ranges == ((21, 30),)
    assert faithful.ranges == ((1, 30),)
    assert len(forgetful) == len(faithful) == 10
