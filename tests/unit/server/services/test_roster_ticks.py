"""Ticks of all members in one pass are those of each by itself."""

from hypothesis import given
from hypothesis import strategies as st

from chinwag.server.services.roster import Roster, Seat

seqs = st.integers(0, 9)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    roster = Roster()
    roster.kind, roster.last, roster.withheld = "group", 9, {}
    roster.seats = {}
    for user in "abcde"[: draw(st.integers(1, 5))]:
        seat = roster.seats[user] = Seat()
        seat.user, seat.sent, seat.delivered = user, draw(seqs), draw(seqs)
        seat.shown = min(seat.delivered, draw(seqs))
        seat.gone, seat.receipts = draw(st.booleans()), True
        seat.departed = draw(st.sampled_from([0, 0, 5]))
    roster.active = tuple(user for user, seat in roster.seats.items() if seat.active)
    return roster


@given(rosters())
def test_one_pass_is_each_by_itself(roster: Roster) -> None:
    assert dict(roster.ticks_of(roster.seats)) == {u: roster.ticks(u) for u in roster.seats}
