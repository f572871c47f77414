"""Heads: chats as their member sees them, read for many chats at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec

from chinwag.protocol import results
from chinwag.server.delivery import wire
from chinwag.server.ports.store import Reader, Row
from chinwag.server.services.farewells import farewells
from chinwag.server.services.profiles import Profiles, as_seen_by
from chinwag.server.services.roster import before_withheld

_NEWEST = 20
_stays = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode

# Few statements for many chats: each costs the reader thread a wait for the interpreter lock.
_OTHERS = (
    "FROM members o JOIN accounts b ON b.id = o.account AND b.status = 'active'"
    " WHERE o.chat = m.chat AND o.departed = 0 AND o.account <> m.account"
)
_OWN = (
    "SELECT c.id, c.kind, c.last, c.count, c.title, c.description, c.edit_info, c.send,"
    " c.add_members, c.approval, c.history, m.role, m.joined, m.departed, m.departed_count,"
    " m.stays, m.sent, m.read, m.read_count, m.muted_until, m.pinned_at, m.archived, m.unread,"
    " m.change, m.mentioned, a.receipts,"
    f" CASE WHEN m.sent > 0 THEN (SELECT min(o.delivered) {_OTHERS}) END,"
    f" CASE WHEN m.sent > 0 THEN (SELECT min(o.shown) {_OTHERS}) END,"
    " CASE WHEN c.kind = 'group' THEN"
    " (SELECT count(*) FROM members o WHERE o.chat = m.chat AND o.departed = 0) ELSE 0 END,"
    " CASE WHEN c.kind = 'direct' THEN"
    " (SELECT o.account FROM members o WHERE o.chat = m.chat AND o.account <> m.account) END,"
    " c.avatar"
    " FROM members m JOIN chats c ON c.id = m.chat"
    " JOIN accounts a ON a.id = m.account WHERE m.account = $1 AND m.chat = ANY($2)"
)
_TOP = "CASE WHEN m.departed > 0 THEN m.departed - 1 ELSE c.last END"
_EVENTS = (
    "SELECT e.chat, e.seq, e.kind, e.sender, e.at, e.count, e.client_id, e.hidden, e.body"
    " FROM members m JOIN chats c ON c.id = m.chat JOIN events e ON e.chat = m.chat"
    f" AND e.seq >= m.joined AND e.seq > {_TOP} - $3 AND e.seq <= {_TOP}"
    " WHERE m.account = $1 AND m.chat = ANY($2) ORDER BY e.chat, e.seq"
)
_WITHHELD = (
    "SELECT chat, seq FROM events WHERE chat = ANY($2) AND hidden = 1 AND sender = $1 ORDER BY seq"
)
_FAILURES = (
    "SELECT chat, account, first, last, reason, attempts, at, ended FROM failures f"
    " WHERE chat = ANY($2) AND account <> $1"
    " AND EXISTS (SELECT 1 FROM events e WHERE e.chat = f.chat AND e.seq BETWEEN f.first AND f.last"
    " AND e.sender = $1 AND e.hidden = 0 AND e.kind IN ('message', 'invite'))"
    " ORDER BY chat, first"
)


async def read(
    reader: Reader, profiles: Profiles, user: str, chats: Sequence[str], *, inline: int
) -> tuple[results.Head, ...]:
    """The heads of these chats in this order; those the user has no seat in are left out. The
    first ``inline`` come with their newest events, the others with the newest one alone.
    """
    own = {row[0]: row for row in await reader.fetch(_OWN, user, chats)}
    present = [chat for chat in chats if chat in own]
    spoken = [chat for chat in present if own[chat][16]]
    left = [chat for chat in present if own[chat][1] == "group" and own[chat][13]]
    kept = await farewells(reader, user, left)
    withheld = await _by_chat(reader, _WITHHELD, user, spoken)
    failures = await _by_chat(reader, _FAILURES, user, spoken)
    events = await _events(reader, user, present[:inline], _NEWEST)
    events |= await _events(reader, user, present[inline:], 1)
    people = {
        chat: sorted({own[chat][29] or user, *(e.sender for e in events[chat] if e.sender)})
        for chat in present
    }
    known = await profiles.get(reader, chain.from_iterable(people.values()))
    users = await as_seen_by(reader, user, known)
    heads = []
    for chat in present:
        row = own[chat]
        group = kept[chat].group if chat in kept else _group(row)
        heads.append(
            _head(
                user,
                row,
                _ticks(row, [seq for _, seq in withheld[chat]]),
                group,
                events[chat],
                tuple(_failure(failure) for failure in failures[chat]),
                [users[person] for person in people[chat] if person in users],
            )
        )
    return tuple(heads)


def _failure(row: Row) -> results.Failure:
    *known, ended = row
    failure = results.Failure(*known)
    failure.ended = bool(ended)
    return failure


async def _by_chat(
    reader: Reader, sql: str, user: str, chats: Sequence[str]
) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    if chats:
        for row in await reader.fetch(sql, user, chats):
            found[row[0]].append(row)
    return found


async def _events(
    reader: Reader, user: str, chats: Sequence[str], newest: int
) -> dict[str, list[wire.Event]]:
    """The newest visible events of each chat, oldest first."""
    found: dict[str, list[wire.Event]] = {chat: [] for chat in chats}
    if chats:
        for row in await reader.fetch(_EVENTS, user, chats, newest):
            found[row[0]].append(wire.of_row(row, user))
    return found


def _ticks(row: Row, withheld: list[int]) -> results.Ticks:
    chat, kind, sent, receipts, *others = row[0], row[1], row[16], *row[25:28]
    # No others, as in notes to self: then all of them have it.
    delivered, read = (sent if mark is None else min(sent, mark) for mark in others)
    if kind == "direct" and not receipts:
        read = 0
    delivered, read = before_withheld(withheld, delivered), before_withheld(withheld, read)
    return results.Ticks(chat, delivered, read, tuple(seq for seq in withheld if seq < delivered))


def _group(row: Row) -> results.GroupInfo | None:
    kind, title, description, edit_info, send, add_members, approval, history = row[1], *row[4:11]
    size, avatar = row[28], row[30]
    if kind != "group":
        return None
    return results.GroupInfo(
        title, description, edit_info, send, add_members, bool(approval), history, size, avatar
    )


def _head(
    user: str,
    row: Row,
    ticks: results.Ticks,
    group: results.GroupInfo | None,
    events: list[wire.Event],
    failures: tuple[results.Failure, ...],
    users: Sequence[results.User],
) -> results.Head:
    (chat, kind, last, count, _, _, _, _, _, _, _,
     role, joined, departed, departed_count, stays, _, read, read_count, muted, pinned, archived,
     unread, change, mentioned, _, _, _, _, peer, _) = row  # fmt: skip
    mine = results.Mine(
        chat=chat,
        version=change,
        stays=(*_stays(stays), (joined, departed)),
        role=role,
        read=read,
        read_count=read_count,
        mentioned=mentioned,
        muted_until=muted,
        pinned_at=pinned,
        archived=bool(archived),
        unread=bool(unread),
    )
    return results.Head(
        chat=chat,
        kind=kind,
        last=departed - 1 if departed else last,
        count=departed_count if departed else count,
        mine=mine,
        ticks=ticks,
        peer=peer,
        group=group,
        events=tuple(events),  # type: ignore[arg-type]  # same wire shape, body still raw
        failures=failures,
        users=tuple(users),
    )
