"""Farewells: a group as it stood when a member's stay ended. A past member is shown this and
nothing newer: a later title is as much a part of the log as a later message.

Kept with the event that ended the stay, which holds its answer too.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from chinwag.protocol.results import GroupInfo, Member
from chinwag.protocol.scalars import Id, Role
from chinwag.server.ports.store import Reader
from chinwag.server.services.roster import Roster, Seat


class Farewell(Struct, omit_defaults=True):
    """What a past member still sees besides the log."""

    at: int
    group: GroupInfo
    admins: tuple[Id, ...] = ()


class _Answer(Struct):
    """The part of a stored answer that is read here."""

    farewell: Farewell


_decode = msgspec.json.Decoder(_Answer).decode
_OF = (
    "SELECT m.chat, e.answer FROM members m"
    " JOIN events e ON e.chat = m.chat AND e.seq = m.departed - 1"
    " WHERE m.account = $1 AND m.chat = ANY($2) AND m.departed > 0 AND e.answer IS NOT NULL"
)


def farewell_to(roster: Roster, user: str, now: int) -> Farewell:
    """What is kept of the group as it stands, for a member who is about to go."""
    group = roster.info()
    group.members -= 1
    admins = tuple(admin for admin in roster.admins() if admin != user)
    return Farewell(now, group, admins)


async def farewells(reader: Reader, user: str, chats: Sequence[str]) -> dict[str, Farewell]:
    """What is kept for ``user`` of those of these chats that it is a past member of."""
    rows = await reader.fetch(_OF, user, chats) if chats else []
    return {chat: _decode(answer).farewell for chat, answer in rows}


def member_then(farewell: Farewell, end: int, seat: Seat) -> Member | None:
    """A seat as it was at the end [.., end) of another's stay; None if nobody sat there yet."""
    past = [stay for stay in seat.past if stay[0] < end]
    if seat.joined < end and seat.since <= farewell.at:
        left, since = 0 < seat.departed <= end, seat.since
    elif past:
        left, since = past[-1][1] <= end, 0
    else:
        return None
    role: Role = "admin" if seat.user in farewell.admins else "member"
    return Member(seat.user, role, since, left)
