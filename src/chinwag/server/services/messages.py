"""Messages: sending, paging through the log, and what became of an own message."""

import hashlib
from collections.abc import Callable

from chinwag.protocol import commands, errors, limits, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.frames import encode
from chinwag.server.delivery import wire
from chinwag.server.ports.store import Entry, Reader, Row, Store
from chinwag.server.services.chats import Chats
from chinwag.server.services.log import Log, Post
from chinwag.server.services.roster import Roster, Seat
from chinwag.server.sessions.session import Session

_DELIVERED, _READ = 0, 1
_RANGE = (
    f"SELECT {wire.COLUMNS} FROM events WHERE chat = $1 AND seq >= $2 AND seq < $3"
    " ORDER BY seq {} LIMIT $4"
)
_UP, _DOWN = _RANGE.format("ASC"), _RANGE.format("DESC")
_ONE = "SELECT sender, hidden, kind FROM events WHERE chat = $1 AND seq = $2"
_FIRST = "SELECT chat, seq, at, count, digest FROM events WHERE sender = $1 AND client_id = $2"
_PASSED = (
    "SELECT account, kind, min(at) FROM receipts WHERE chat = $1 AND seq >= $2"
    " GROUP BY account, kind"
)
_FAILED = (
    "SELECT account, reason, attempts, at FROM failures"
    " WHERE chat = $1 AND first <= $2 AND last >= $2 AND ended = 0"
)

Answer = Callable[[results.Accepted | ChinwagError], None]


class Messages:
    """Everything about single messages."""

    def __init__(self, store: Store, chats: Chats, log: Log) -> None:
        self._store = store
        self._chats = chats
        self._log = log

    # --- sending -----------------------------------------------------------------------------

    def send(
        self, session: Session, command: commands.Send, roster: Roster, answer: Answer
    ) -> None:
        """Queue a message for the next commit; ``answer`` is called once it is stored or refused.

        Raises:
            ChinwagError: it may not be sent.
        """
        self._log.send(self.entry(session, command, roster, answer))

    def entry(
        self, session: Session, command: commands.Send, roster: Roster, answer: Answer
    ) -> Entry:
        """A message on its way into the log, judged by ``roster``.

        Raises:
            ChinwagError: it may not be sent.
        """
        body = encode(command.body)
        if len(body) > limits.TEXT_BYTES:  # the text alone can be too long only then
            _check_length(command.body.text)
        entry = Entry(
            command.chat,
            session.user,
            "message",
            body,
            client_id=command.client_id,
            digest=digest_of(body, command.file),
            counted=True,
            mentions=tuple(user for user in command.body.mentions if user != session.user),
            context=Post(roster, session, answer),
        )
        self.judge(entry, roster)
        _check_content(command, roster)
        return entry

    async def first_answer(
        self, session: Session, command: commands.Send
    ) -> results.Accepted | None:
        """What a message that may not be sent now was answered when it was sent before; None if
        it never was. A lost answer is not turned into a refusal by what happened since.

        Raises:
            ChinwagError: client_id_reused, when it was another message.
        """
        first = await self._store.read(lambda reader: first_answer(reader, session.user, command))
        if first is not None:
            seat = (await self._chats.roster(first.chat)).seat(session.user)
            first.read_count = seat.read_count
        return first

    def judge(self, entry: Entry, roster: Roster) -> None:
        """Whether the entry's sender may send there now; sets ``version`` and ``hidden``."""
        seat = roster.member(entry.sender)
        if roster.kind == "group":
            if roster.send == "admins" and seat.role != "admin":
                raise ChinwagError(errors.NOT_ALLOWED)
        elif roster.blockers:
            if entry.sender in roster.blockers:
                raise ChinwagError(errors.BLOCKED_BY_YOU)
            # The blocked sender is told nothing: stored, acknowledged, never delivered.
            entry.hidden, entry.counted = True, False
        else:
            entry.hidden, entry.counted = False, True
        entry.version = roster.version

    # --- reading -----------------------------------------------------------------------------

    async def history(self, session: Session, command: commands.History) -> results.Page:
        """A page of the log, inside one stay of the reader."""
        roster = await self._chats.roster(command.chat)
        seat = roster.seat(session.user)
        bounds = seat.stays

        async def work(reader: Reader) -> results.Page:
            return await _page(reader, session.user, command, bounds, roster.last)

        return await self._store.read(work)

    async def info(self, session: Session, command: commands.Info) -> results.MessageInfo:
        """Per recipient: delivered, read, failed, with times."""
        roster = await self._chats.roster(command.chat)
        own = roster.seat(session.user)

        async def work(reader: Reader) -> tuple[list[Row], list[Row], list[Row]]:
            return (
                await reader.fetch(_ONE, command.chat, command.seq),
                await reader.fetch(_PASSED, command.chat, command.seq),
                await reader.fetch(_FAILED, command.chat, command.seq),
            )

        one, passed, failed = await self._store.read(work)
        if not one or one[0][0] != session.user or not own.sees(command.seq):
            raise ChinwagError(errors.NOT_FOUND)
        withheld = bool(one[0][1])
        times = {} if withheld else {(account, kind): at for account, kind, at in passed}
        failures = {} if withheld else {row[0]: row[1:] for row in failed}
        blind = roster.kind == "direct" and not own.receipts
        people = [
            _person(seat, command.seq, times, failures, blind=blind)
            for seat in roster.seats.values()
            if seat.user != session.user and seat.sees(command.seq)
        ]
        return results.MessageInfo(command.chat, command.seq, tuple(people))


async def first_answer(
    reader: Reader, user: str, command: commands.Send
) -> results.Accepted | None:
    """What a message was answered when it was sent before, but for ``read_count``; None if it
    never was.

    Raises:
        ChinwagError: client_id_reused, when it was another message.
    """
    rows = await reader.fetch(_FIRST, user, command.client_id)
    if not rows:
        return None
    chat, seq, at, count, digest = rows[0]
    if chat != command.chat or bytes(digest) != digest_of(encode(command.body), command.file):
        raise ChinwagError(errors.CLIENT_ID_REUSED)
    return results.Accepted(chat, seq, at, count, 0)


def digest_of(body: bytes, file: str | None) -> bytes:
    """What makes two messages the same: the body as it came, and the file."""
    if file is not None:
        body = b"%b\0%b" % (body, file.encode())
    return hashlib.blake2b(body, digest_size=16).digest()


def _check_length(text: str) -> None:
    if len(text.encode()) > limits.TEXT_BYTES:
        raise ChinwagError(errors.TOO_LARGE, field="$.do.body.text")


def _check_content(command: commands.Send, roster: Roster) -> None:
    body = command.body
    if body.file is not None:
        raise ChinwagError(errors.INVALID, field="$.do.body.file")
    if "\x00" in body.text or not (body.text or command.file):
        raise ChinwagError(errors.INVALID, field="$.do.body.text")
    if body.reply_to is not None and body.reply_to > roster.last:
        raise ChinwagError(errors.INVALID, field="$.do.body.reply_to")
    for user in body.mentions:
        if user not in roster.seats or not roster.seats[user].active:
            raise ChinwagError(errors.INVALID, field="$.do.body.mentions")


def _person(
    seat: Seat,
    seq: int,
    times: dict[tuple[str, int], int],
    failures: dict[str, Row],
    *,
    blind: bool,
) -> results.Person:
    delivered = times.get((seat.user, _DELIVERED), 0)
    reason, attempts, at = failures.get(seat.user, (None, 0, 0)) if not delivered else (None, 0, 0)
    return results.Person(
        user=seat.user,
        delivered_at=delivered,
        read_at=0 if blind else times.get((seat.user, _READ), 0),
        failed=reason,
        attempts=attempts,
        failed_at=at,
        left=not seat.active,
    )


async def _page(
    reader: Reader,
    user: str,
    command: commands.History,
    stays: tuple[tuple[int, int], ...],
    last: int,
) -> results.Page:
    """A page never spans a hole in what the reader may see."""
    limit = command.limit
    if command.after is not None:
        pivot, below, above = command.after + 1, 0, limit
    elif command.around is not None:
        pivot, below, above = command.around, limit // 2, limit - limit // 2
    else:
        pivot, below, above = command.before or last + 1, limit, 0
    first, end = _stay(stays, pivot, last, forward=above > 0)
    older = await reader.fetch(_DOWN, command.chat, first, min(pivot, end), below) if below else []
    newer = await reader.fetch(_UP, command.chat, max(pivot, first), end, above) if above else []
    rows = [*reversed(older), *newer]
    low = rows[0][1] if rows else max(pivot, first)
    high = rows[-1][1] if rows else min(pivot, end) - 1
    return results.Page(
        chat=command.chat,
        events=tuple(wire.of_row(row, user) for row in rows),  # type: ignore[misc]
        older=low > stays[0][0],
        newer=high < (stays[-1][1] - 1 if stays[-1][1] else last),
    )


def _stay(
    stays: tuple[tuple[int, int], ...], pivot: int, last: int, *, forward: bool
) -> tuple[int, int]:
    """The visible range [first, end) that a page around ``pivot`` falls into: the one that holds
    it, else the next one in the direction of reading.
    """
    ranges = [(first, end or last + 1) for first, end in stays]
    for first, end in ranges if forward else reversed(ranges):
        if (pivot < end) if forward else (pivot > first):
            return first, end
    return ranges[-1] if forward else ranges[0]
