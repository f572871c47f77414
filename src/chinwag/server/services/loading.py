"""Rosters as the database has them."""

from collections.abc import Sequence
from itertools import permutations

import msgspec

from chinwag.server.ports.store import Reader, Row
from chinwag.server.services.roster import Roster, Seat

_MAX_WITHHELD = 1_000
_stays = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode

_CHATS = (
    "SELECT id, kind, version, last, count, title, description, edit_info, send, add_members,"
    " approval, history, avatar FROM chats WHERE id = ANY($1)"
)
_SEATS = (
    "SELECT m.chat, m.account, m.role, m.joined, m.departed, m.departed_count, m.stays, m.since,"
    " m.sent, m.delivered, m.read, m.shown, m.read_count, m.mentioned, m.muted_until, m.pinned_at,"
    " m.archived, m.unread, m.change, a.receipts, a.status"
    " FROM members m JOIN accounts a ON a.id = m.account WHERE m.chat = ANY($1)"
    " ORDER BY m.since, m.account"
)
_BLOCKS = "SELECT account, blocked FROM blocks WHERE account = ANY($1) AND blocked = ANY($1)"
_WITHHELD = (
    "SELECT chat, sender, seq FROM (SELECT chat, sender, seq,"
    " row_number() OVER (PARTITION BY chat ORDER BY seq DESC) AS n"
    " FROM events WHERE chat = ANY($1) AND hidden = 1) newest WHERE n <= $2 ORDER BY seq"
)


async def load(reader: Reader, chat: str) -> Roster | None:
    """The roster of a chat as the database has it; None if there is no such chat."""
    return (await load_many(reader, [chat])).get(chat)


async def load_many(reader: Reader, chats: Sequence[str]) -> dict[str, Roster]:
    """The rosters of these chats, in as many statements as that of one takes."""
    rosters = {row[0]: _roster(row) for row in await reader.fetch(_CHATS, chats)}
    for chat, *seat in await reader.fetch(_SEATS, chats):
        rosters[chat].seats[seat[0]] = _seat(seat)
    direct = {roster.id: roster for roster in rosters.values() if roster.kind == "direct"}
    if direct:
        people = list({user for roster in direct.values() for user in roster.seats})
        blocks = {(one, other) for one, other in await reader.fetch(_BLOCKS, people)}
        for roster in direct.values():
            pairs = blocks.intersection(permutations(roster.seats, 2)) if blocks else ()
            roster.blockers = frozenset(one for one, _ in pairs)
        for chat, sender, seq in await reader.fetch(_WITHHELD, list(direct), _MAX_WITHHELD):
            direct[chat].withheld.setdefault(sender, []).append(seq)
    for roster in rosters.values():
        roster.settle()
    return rosters


def _roster(row: Row) -> Roster:
    roster = Roster()
    (
        roster.id,
        roster.kind,
        roster.version,
        roster.last,
        roster.count,
        roster.title,
        roster.description,
        roster.edit_info,
        roster.send,
        roster.add_members,
        approval,
        roster.history,
        roster.avatar,
    ) = row
    roster.approval = bool(approval)
    roster.seats = {}
    roster.blockers = frozenset()
    roster.withheld = {}
    return roster


def _seat(row: Sequence[object]) -> Seat:
    seat = Seat()
    (
        seat.user,
        seat.role,
        seat.joined,
        seat.departed,
        seat.departed_count,
        stays,
        seat.since,
        seat.sent,
        seat.delivered,
        seat.read,
        seat.shown,
        seat.read_count,
        seat.mentioned,
        seat.muted_until,
        seat.pinned_at,
        archived,
        unread,
        seat.change,
        receipts,
        status,
    ) = row  # type: ignore[assignment]
    seat.archived, seat.unread = bool(archived), bool(unread)
    seat.past = () if stays == "[]" else _stays(str(stays))
    seat.receipts = bool(receipts)
    seat.gone = status != "active"
    seat.told = (0, 0)
    return seat
