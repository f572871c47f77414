"""Heads: chats as their member sees them, read for many chats at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

import msgspec

from chinwag.protocol import results
from chinwag.server.delivery import wire
from chinwag.server.ports.store import Reader, Row
from chinwag.server.services.farewells import farewells
from chinwag.server.services.profiles import Profiles
from chinwag.server.services.roster import before_withheld

_NEWEST = 20
_stays = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode

_OWN = (
    "SELECT c.id, c.kind, c.last, c.count, c.title, c.description, c.edit_info, c.send,"
    " c.add_members, c.approval, c.history, m.role, m.joined, m.departed, m.departed_count,"
    " m.stays, m.sent, m.read, m.read_count, m.muted_until, m.pinned_at, m.archived, m.unread,"
    " m.change, a.receipts FROM members m JOIN chats c ON c.id = m.chat"
    " JOIN accounts a ON a.id = m.account WHERE m.account = $1 AND m.chat = ANY($2)"
)
_OTHERS = (
    "SELECT m.chat, min(m.delivered), min(m.shown) FROM members m"
    " JOIN accounts a ON a.id = m.account AND a.status = 'active'"
    " WHERE m.chat = ANY($2) AND m.departed = 0 AND m.account <> $1 GROUP BY m.chat"
)
_SIZES = "SELECT chat, count(*) FROM members WHERE chat = ANY($1) AND departed = 0 GROUP BY chat"
_PEERS = "SELECT chat, account FROM members WHERE chat = ANY($2) AND account <> $1"
_WITHHELD = (
    "SELECT chat, seq FROM events WHERE chat = ANY($2) AND hidden = 1 AND sender = $1 ORDER BY seq"
)
_FAILURES = (
    "SELECT chat, account, first, last, reason, attempts, at FROM failures"
    " WHERE chat = ANY($2) AND account <> $1 ORDER BY chat, first"
)
_EVENTS = (
    f"SELECT {wire.COLUMNS} FROM events WHERE chat = $1 AND seq >= $2 AND seq < $3"
    " ORDER BY seq DESC LIMIT $4"
)
_OPEN_END = 1 << 53


async def read(
    reader: Reader, profiles: Profiles, user: str, chats: Sequence[str], *, inline: int
) -> tuple[results.Head, ...]:
    """The heads of these chats in this order; those the user has no seat in are left out. The
    first ``inline`` come with their newest events, the others with the newest one alone.
    """
    own = {row[0]: row for row in await reader.fetch(_OWN, user, chats)}
    others = {row[0]: row[1:] for row in await reader.fetch(_OTHERS, user, chats)}
    groups = [chat for chat, row in own.items() if row[1] == "group"]
    sizes: dict[str, int] = dict(await reader.fetch(_SIZES, groups)) if groups else {}
    kept = await farewells(reader, user, [chat for chat in groups if own[chat][13]])
    directs = [chat for chat, row in own.items() if row[1] == "direct"]
    peers: dict[str, str] = dict(await reader.fetch(_PEERS, user, directs)) if directs else {}
    withheld = await _by_chat(reader, _WITHHELD, user, directs)
    failures = await _by_chat(reader, _FAILURES, user, chats)
    events = {
        chat: await _events(reader, user, own[chat], _NEWEST if place < inline else 1)
        for place, chat in enumerate(chat for chat in chats if chat in own)
    }
    people = {
        chat: sorted({peers.get(chat, user), *(e.sender for e in page if e.sender)})
        for chat, page in events.items()
    }
    users = await profiles.get(reader, chain.from_iterable(people.values()))
    heads = []
    for chat, page in events.items():
        row = own[chat]
        group = kept[chat].group if chat in kept else _group(row, sizes.get(chat, 0))
        heads.append(
            _head(
                user,
                row,
                _ticks(row, others.get(chat), [seq for _, seq in withheld[chat]]),
                group,
                peers.get(chat),
                page,
                tuple(results.Failure(*failure) for failure in failures[chat]),
                [users[person] for person in people[chat] if person in users],
            )
        )
    return tuple(heads)


async def _by_chat(
    reader: Reader, sql: str, user: str, chats: Sequence[str]
) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    if chats:
        for row in await reader.fetch(sql, user, chats):
            found[row[0]].append(row)
    return found


async def _events(reader: Reader, user: str, row: Row, limit: int) -> list[wire.Event]:
    """The newest visible events, oldest first."""
    chat, joined, departed = row[0], row[12], row[13]
    rows = await reader.fetch(_EVENTS, chat, joined, departed or _OPEN_END, limit)
    return [wire.of_row(event, user) for event in reversed(rows)]


def _ticks(row: Row, others: Row | None, withheld: list[int]) -> results.Ticks:
    chat, kind, sent, receipts = row[0], row[1], row[16], row[24]
    delivered, read = (min(sent, mark) for mark in others or (sent, sent))
    if kind == "direct" and not receipts:
        read = 0
    delivered, read = before_withheld(withheld, delivered), before_withheld(withheld, read)
    return results.Ticks(chat, delivered, read, tuple(seq for seq in withheld if seq < delivered))


def _group(row: Row, size: int) -> results.GroupInfo | None:
    kind, title, description, edit_info, send, add_members, approval, history = row[1], *row[4:11]
    if kind != "group":
        return None
    return results.GroupInfo(
        title, description, edit_info, send, add_members, bool(approval), history, size
    )


def _head(
    user: str,
    row: Row,
    ticks: results.Ticks,
    group: results.GroupInfo | None,
    peer: str | None,
    events: list[wire.Event],
    failures: tuple[results.Failure, ...],
    users: Sequence[results.User],
) -> results.Head:
    (chat, kind, last, count, _, _, _, _, _, _, _,
     role, joined, departed, departed_count, stays, _, read, read_count, muted, pinned, archived,
     unread, change, _) = row  # fmt: skip
    mine = results.Mine(
        chat=chat,
        version=change,
        stays=(*_stays(stays), (joined, departed)),
        role=role,
        read=read,
        read_count=read_count,
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
