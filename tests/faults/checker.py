"""Proves from the database and the histories of the clients that a run broke none of the promises.

Each function is one of them and gives a list of violations: sentences with ids, so that a failing
run tells what happened. `check` is all of them. S1 … S22 are the numbers of the promises; each
stands in the docstring of its function.
"""

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from faults.histories import History, Send, Shown

COUNTED = ("message", "invite")
Place = tuple[str, int]
Table = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Row:
    """An entry of a log, as the database has it."""

    chat: str
    seq: int
    kind: str
    sender: str
    count: int
    client_id: str | None
    body: dict[str, object]


@dataclass(frozen=True)
class Member:
    """A seat of a chat, as the database has it."""

    chat: str
    user: str
    role: str
    departed: int
    stays: tuple[tuple[int, int], ...]
    delivered: int
    read: int
    read_count: int

    def sees(self, seq: int) -> bool:
        """Whether the entry at ``seq`` lies within a stay."""
        return any(first <= seq and (not end or seq < end) for first, end in self.stays)


_CHATS = "SELECT id, kind, last, count FROM chats"
_ROWS = "SELECT chat, seq, kind, sender, count, client_id, body FROM events ORDER BY chat, seq"
_MEMBERS = (
    "SELECT chat, account, role, departed, joined, stays, delivered, read, read_count FROM members"
)
Where = Path | str
"""An SQLite file, or the URL of a PostgreSQL database."""


class Database:
    """One consistent picture of the server's database: its chats, events and members."""

    def __init__(
        self, chats: Table, rows: Table, members: Table, integrity: Sequence[str] = ("ok",)
    ) -> None:
        self.integrity = list(integrity)
        self.chats: dict[str, tuple[str, int, int]] = {row[0]: tuple(row[1:]) for row in chats}
        self.rows = [Row(*row[:-1], json.loads(row[-1])) for row in rows]
        self.members = [
            Member(
                *row[:3],
                row[3],
                (*map(tuple, json.loads(row[5])), (row[4], row[3])),
                *row[6:],
            )
            for row in map(tuple, members)
        ]
        self.logs: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            self.logs[row.chat].append(row)
        self.by_client_id = {row.client_id: row for row in self.rows if row.client_id}

    def marks(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(chat, user) -> delivered, read."""
        return {(it.chat, it.user): (it.delivered, it.read) for it in self.members}

    def expected(self, user: str) -> set[Place]:
        """All entries that every device of the user must have shown."""
        return {
            (seat.chat, row.seq)
            for seat in self.members
            if seat.user == user
            for row in self.logs[seat.chat]
            if seat.sees(row.seq)
        }


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def look(where: Where) -> Database:
    """The database of a server that runs, or stopped in order."""
    if isinstance(where, str):
        with ThreadPoolExecutor(1) as aside:  # there may be a loop here already
            return aside.submit(asyncio.run, _look_at_postgres(where)).result()
    with _opened(where) as connection:
        connection.execute("BEGIN")
        integrity = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        tables = [connection.execute(sql).fetchall() for sql in (_CHATS, _ROWS, _MEMBERS)]
        return Database(*tables, integrity)


async def _look_at_postgres(url: str) -> Database:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return Database(*[await connection.fetch(sql) for sql in (_CHATS, _ROWS, _MEMBERS)])
    finally:
        await connection.close()


def look_at_wreck(path: Path) -> Database:
    """The database as a killed server left it: read from a copy, so that the next start finds it
    just as it was.
    """
    with tempfile.TemporaryDirectory() as folder:
        for file in path.parent.glob(path.name + "*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        return look(Path(folder) / path.name)


# --- the promises --------------------------------------------------------------------------------


def durable(database: Database, history: History) -> Iterator[str]:
    """S1: what was accepted is in the log; what was safely queued gets there. S3: one place."""
    for client_id, send in history.sends.items():
        row = database.by_client_id.get(client_id)
        places = {(it.chat, it.seq) for it in send.accepted}
        if len(places) > 1:
            yield f"S3: {client_id} was accepted at several places: {sorted(places)}"
        if places and row is None:
            yield f"S1: {client_id} was accepted at {places} and is not in the log"
        elif places and (row.chat, row.seq) not in places:
            yield f"S3: {client_id} was accepted at {places} and stands at {row.chat} {row.seq}"
        if send.refused and row is not None:
            yield f"S3: {client_id} was refused ({send.refused}) and is in the log"


def delivered_in_the_end(database: Database, history: History) -> Iterator[str]:
    """After the heal: what a durable outbox has taken is in the log."""
    for client_id, send in history.sends.items():
        if send.queued and not send.refused and client_id not in database.by_client_id:
            yield f"S1: {client_id} was safe in an outbox and never came into the log"


def nothing_invented(database: Database, history: History) -> Iterator[str]:
    """S2: each message of the log is one that somebody sent, unchanged. S3: it is there once."""
    seen: set[str] = set()
    for row in database.rows:
        if row.kind != "message":
            continue
        send = history.sends.get(row.client_id or "")
        if send is None:
            yield f"S2: nobody sent {row}"
        elif (send.invoked.user, send.invoked.chat, send.invoked.text) != (
            row.sender,
            row.chat,
            row.body["text"],
        ):
            yield f"S2: {row} is not what was sent: {send.invoked}"
        if row.client_id in seen:
            yield f"S3: {row.client_id} is in the log more than once"
        seen.add(row.client_id or "")


def dense(database: Database) -> Iterator[str]:
    """S5: seq is 1..n in every chat; the chat's counters are those of its log."""
    for chat, (_, last, count) in database.chats.items():
        log = database.logs[chat]
        if [row.seq for row in log] != list(range(1, last + 1)):
            yield f"S5: {chat} ends at {last} and holds {len(log)} entries, not 1..{last}"
        counted = 0
        for row in log:
            counted += row.kind in COUNTED
            if row.count != counted:
                yield f"S5: {chat} {row.seq} has count {row.count}, not {counted}"
                break
        if counted != count:
            yield f"S5: {chat} has count {count}, not {counted}"


def ordered(history: History) -> Iterator[str]:
    """S6: a message that was accepted before another was sent has the lower seq; one device's
    messages stand in the order of their sending.
    """
    chats: dict[str, list[Send]] = defaultdict(list)
    for send in history.sends.values():
        chats[send.invoked.chat].append(send)
    for chat, sends in chats.items():
        accepts = sorted(((it.at, it.seq) for send in sends for it in send.accepted), reverse=True)
        newest, latest_of = 0, defaultdict(int)
        for send in sorted(sends, key=lambda it: it.invoked.at):
            while accepts and accepts[-1][0] < send.invoked.at:
                newest = max(newest, accepts.pop()[1])
            for accepted in send.accepted[:1]:
                device = send.invoked.device
                if accepted.seq <= newest:
                    yield f"S6: {chat} {accepted.seq} was sent after {newest} was accepted"
                if accepted.seq <= latest_of[device]:
                    yield f"S6: {chat} {accepted.seq} overtook {latest_of[device]} of {device}"
                latest_of[device] = max(latest_of[device], accepted.seq)


def shown_once(database: Database, history: History) -> Iterator[str]:
    """S7: no device shows anything twice. S5: in the order of seq. S2: as it is in the log. S9:
    nothing from outside the person's stays.
    """
    log = {(row.chat, row.seq): row for row in database.rows}
    seats = {(it.chat, it.user): it for it in database.members}
    for device, records in history.shown.items():
        user, last = history.devices[device], defaultdict(int)
        for record in records:
            row, seat = log.get((record.chat, record.seq)), seats.get((record.chat, user))
            if record.seq <= last[record.chat]:
                yield f"S7: {device} showed {record.chat} {record.seq} after {last[record.chat]}"
            last[record.chat] = record.seq
            if row is None:
                yield f"S2: {device} showed {record}, which is not in the log"
            elif not _same(row, record):
                yield f"S2: {device} showed {record} for {row}"
            if seat is None or not seat.sees(record.seq):
                yield f"S9: {device} showed {record.chat} {record.seq}, which {user} may not see"


def _same(row: Row, record: Shown) -> bool:
    text = row.body.get("text") if row.kind == "message" else None
    return (row.kind, row.sender, row.client_id, text) == (
        record.kind,
        record.sender,
        record.client_id,
        record.text,
    )


def complete(database: Database, history: History) -> Iterator[str]:
    """S8: each device has shown all that its person may see; a kill between showing and writing
    it down may cost a record, but not a message of the device's store.
    """
    for device, user in history.devices.items():
        expected = database.expected(user)
        seen = {(it.chat, it.seq) for it in history.shown[device]}
        missing = expected - seen
        if len(missing) > history.kills[device]:
            yield f"S8: {device} never showed {len(missing)}: {sorted(missing)[:5]}"
        if device in history.held and (lost := expected - history.held[device]):
            yield f"S8: the store of {device} lacks {len(lost)}: {sorted(lost)[:5]}"


def marks_sound(database: Database, history: History) -> Iterator[str]:
    """S11: read <= delivered <= last, unread is what the log says, and no mark went back."""
    for seat in database.members:
        _, last, count = database.chats[seat.chat]
        where = f"{seat.user} in {seat.chat}"
        if not seat.read <= seat.delivered <= last:
            yield f"S11: {where}: read {seat.read}, delivered {seat.delivered}, last {last}"
        unread = sum(
            row.kind in COUNTED and row.sender != seat.user and row.seq > seat.read
            for row in database.logs[seat.chat]
        )
        if not seat.departed and count - seat.read_count != unread:
            yield f"S11: {where}: unread is {count - seat.read_count}, not {unread}"
    earlier: dict[tuple[str, str], tuple[int, int]] = {}
    for marks in [*history.marks, database.marks()]:
        for key, (delivered, read) in marks.items():
            before = earlier.get(key, (0, 0))
            if delivered < before[0] or read < before[1]:
                yield f"S11: marks of {key} went from {before} to {(delivered, read)}"
        if lost := earlier.keys() - marks.keys():
            yield f"S11: seats are gone: {sorted(lost)[:5]}"
        earlier = marks


def groups_whole(database: Database) -> Iterator[str]:
    """S21: members and roles are those that the log tells of. S18: there is an admin."""
    seats: dict[str, dict[str, str]] = defaultdict(dict)
    for seat in database.members:
        if not seat.departed:
            seats[seat.chat][seat.user] = seat.role
    for chat, (kind, last, _) in database.chats.items():
        if kind != "group":
            continue
        if not last or database.logs[chat][0].kind != "created":
            yield f"S21: group {chat} does not begin with its making"
            continue
        told: dict[str, str] = {}
        for row in database.logs[chat]:
            _replay(told, row)
        if told != seats[chat]:
            yield f"S21: members of {chat} are {seats[chat]}, its log says {told}"
        if seats[chat] and "admin" not in seats[chat].values():
            yield f"S18: {chat} has no admin"


def _replay(told: dict[str, str], row: Row) -> None:
    body = row.body
    match row.kind:
        case "created":
            told.update(dict.fromkeys(body["members"], "member"))
            told[row.sender] = "admin"
        case "added":
            told.update(dict.fromkeys(body["users"], "member"))
        case "joined":
            told[row.sender] = "member"
        case "left":
            told.pop(row.sender)
        case "removed":
            told.pop(body["user"])
        case "role":
            told[body["user"]] = body["role"]


def intact(database: Database) -> Iterator[str]:
    """S22: the file itself is sound."""
    if database.integrity != ["ok"]:
        yield f"S22: integrity_check says {database.integrity[:5]}"


# --- all together --------------------------------------------------------------------------------


def check(database: Database, history: History, *, healed: bool = True) -> None:
    """All promises. ``healed``: faults are over and all clients have settled; before that, only
    what must hold at every moment.

    Raises:
        AssertionError: with all violations.
    """
    found = [
        *intact(database),
        *dense(database),
        *durable(database, history),
        *nothing_invented(database, history),
        *ordered(history),
        *shown_once(database, history),
        *marks_sound(database, history),
        *groups_whole(database),
    ]
    if healed:
        found += [*delivered_in_the_end(database, history), *complete(database, history)]
    assert not found, "\n".join([f"{len(found)} violations:", *found[:20]])
