"""What a group commit does to the counters of its chats and members: plain Python over what was
read, the same for every database. An adapter loads a `State`, has it reckoned, and writes it back.
"""

from collections.abc import Sequence

from chinwag.server.ports.store import Batch, Entry, Mark, Outcome, Value

Values = tuple[Value, ...]
Seen = dict[tuple[str, str], Entry]
"""Appended entries by sender and client id."""

DELIVERED, READ = 0, 1
_PENDING, _APPENDED, _STALE = Outcome.PENDING, Outcome.APPENDED, Outcome.STALE


class Chat:
    """A chat's counters. ``before``: its last seq before this commit."""

    __slots__ = ("before", "changed", "count", "direct", "id", "last", "version")

    def __init__(self, chat: str, last: int, count: int, version: int, direct: int) -> None:
        self.id = chat
        self.last = self.before = last
        self.count = count
        self.version = version
        self.direct = direct
        self.changed = False

    def add(self, *, counted: bool) -> None:
        """One entry more."""
        self.last += 1
        self.count += counted
        self.changed = True

    def marked(self) -> None:
        """Somebody's ticks may have moved. Of a direct chat the other's seat says so (see
        `services.sync`): a receipt need not wait for what is just being sent there.
        """
        self.changed = self.changed or not self.direct


class Seat:
    """A member's marks. ``base``, ``own_after`` and ``own`` make up the read count at the mark to
    be judged: the countable entries up to it, and the own ones after it before and in this commit.
    ``mentioned``: the newest entry of this commit that names the member. ``floor``: no change
    below it will do for the row.
    """

    __slots__ = (
        "account",
        "archived",
        "base",
        "change",
        "changed",
        "chat",
        "delivered",
        "departed",
        "floor",
        "mentioned",
        "muted_until",
        "own",
        "own_after",
        "pinned_at",
        "read",
        "read_count",
        "sent",
        "shown",
        "unread",
    )

    def __init__(self, chat: Chat, account: str, row: Sequence[int]) -> None:
        self.chat = chat
        self.account = account
        self.delivered, self.read, self.shown, self.read_count, self.sent = row[:5]
        self.departed, self.unread, self.muted_until, self.pinned_at, self.archived = row[5:10]
        self.change, self.base, self.own_after = row[10:]
        self.own = self.mentioned = self.floor = 0
        self.changed = False

    @property
    def reach(self) -> int:
        """The last seq that a mark may stand at: nobody has seen what is being committed."""
        return self.departed - 1 if self.departed else self.chat.before

    @property
    def settings(self) -> tuple[int, int, int, int]:
        """As a `Mark` hands them back."""
        return self.muted_until, self.pinned_at, self.archived, self.unread

    def changes_at(self, change: int) -> int:
        """The ``change`` of the row once this commit, ``change``, has written it: it only grows,
        whatever order transactions got their numbers in.
        """
        return max(self.change + 1, change, self.floor)

    def sends(self, seq: int, *, counted: bool) -> None:
        """An own message was appended."""
        self.sent = seq
        if counted:
            self.read_count += 1
            self.own += 1
        self.changed = True

    def receives(self, seq: int) -> bool:
        """Raise the delivered mark; whether that moved it."""
        if seq <= self.delivered:
            return False
        self.delivered = seq
        self.changed = True
        return True

    def reads(self, seq: int) -> None:
        """Raise the read mark to one within `reach`. Call once, with the highest."""
        self.changed = self.changed or bool(self.unread)
        self.unread = 0
        if seq <= self.read:
            return
        self.read = seq
        self.read_count = max(self.read_count, self.base + self.own_after + self.own)
        self.changed = True

    def shows(self, seq: int) -> bool:
        """Raise the read mark that others see; whether that moved it."""
        if seq <= self.shown:
            return False
        self.shown = seq
        self.changed = True
        return True


class State:
    """The chats and seats that a batch touches."""

    __slots__ = ("chats", "seats")

    def __init__(self) -> None:
        self.chats: dict[str, Chat] = {}
        self.seats: dict[tuple[str, str], Seat] = {}


def wanted(batch: Batch) -> dict[tuple[str, str], int]:
    """The seats that a batch touches, and the highest read mark asked for each."""
    wanted: dict[tuple[str, str], int] = {(e.chat, e.sender): 0 for e in batch.entries}
    for mark in batch.marks:
        key = mark.chat, mark.user
        wanted[key] = max(mark.read, wanted.get(key, 0))
    return wanted


# --- entries -------------------------------------------------------------------------------------


def place(entries: list[Entry], state: State, now: int, seen: Seen | None) -> bool:
    """Give entries their place in the log; whether some have none because they are stale. With
    ``seen``, of client ids, repeats inside the batch come back as such.
    """
    stale = False
    for entry in entries:
        if entry.outcome is not _PENDING or (seen is not None and again(entry, seen)):
            continue
        chat = state.chats.get(entry.chat)
        if chat is None or (entry.version and entry.version != chat.version):
            entry.outcome = _STALE
            stale = True
            continue
        chat.add(counted=entry.counted)
        entry.seq, entry.count, entry.at = chat.last, chat.count, now
        entry.outcome = _APPENDED
        if seen is not None and entry.client_id is not None:
            seen[entry.sender, entry.client_id] = entry
        if is_message(entry):
            seat = state.seats.get((entry.chat, entry.sender))
            if seat is not None:
                seat.sends(entry.seq, counted=entry.counted)
                entry.read_count = seat.read_count
    return stale


def again(entry: Entry, seen: Seen) -> bool:
    """Whether the entry's client id was appended in this batch already: answered accordingly."""
    if entry.client_id is None:
        return False
    first = seen.get((entry.sender, entry.client_id))
    if first is None:
        return False
    if entry.chat != first.chat or entry.digest != first.digest:
        entry.outcome = Outcome.REUSED
    else:
        entry.outcome = Outcome.REPEAT
        entry.seq, entry.at, entry.count = first.seq, first.at, first.count
        entry.answer = first.answer
    return True


def is_message(entry: Entry) -> bool:
    """Whether ticks are due for the entry, other than for a service line."""
    return entry.counted or entry.hidden


def row_of(entry: Entry) -> Values:
    """The entry as a row of ``events``."""
    return (
        entry.chat,
        entry.seq,
        entry.kind,
        entry.sender,
        entry.at,
        entry.count,
        entry.client_id,
        entry.digest,
        int(entry.hidden),
        entry.body.decode(),
        None if entry.answer is None else entry.answer.decode(),
    )


def named(entries: list[Entry]) -> tuple[list[Entry], dict[tuple[str, str], int]]:
    """The appended entries that mention somebody, and the newest seq for each member named."""
    naming = [e for e in entries if e.mentions and e.outcome is _APPENDED and not e.hidden]
    return naming, {(e.chat, user): e.seq for e in naming for user in e.mentions}


# --- marks ---------------------------------------------------------------------------------------


def raise_marks(marks: list[Mark], state: State, now: int) -> list[Values]:
    """Raise the marks; the rows of the receipt log that are due for it."""
    seats: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        mark.at = now
        if (mark.chat, mark.user) in state.seats:
            seats.setdefault((mark.chat, mark.user), []).append(mark)
    rows: list[Values] = []
    for key, those in seats.items():
        _raise(state.seats[key], those, rows, now)
    return rows


def stamp(marks: list[Mark], state: State, change: int) -> None:
    """Note in the marks which change of their seats they are, once the commit's is known."""
    for mark in marks:
        seat = state.seats.get((mark.chat, mark.user))
        if seat is None:
            mark.change = change
        else:
            mark.change = seat.changes_at(change) if seat.changed else max(seat.change, change)


def _raise(seat: Seat, marks: list[Mark], rows: list[Values], now: int) -> None:
    """Raise one member's marks to the highest asked for that the log reaches."""
    delivered = read = shown = 0
    for mark in marks:
        mark.delivered, mark.read = min(mark.delivered, seat.reach), min(mark.read, seat.reach)
        delivered = max(delivered, mark.delivered, mark.read)
        read = max(read, mark.read)
        if mark.shown:
            shown = max(shown, mark.read)
    if read:
        seat.reads(read)
    if seat.receives(delivered):
        rows.append((seat.chat.id, seat.account, DELIVERED, delivered, now))
        seat.chat.marked()
    if seat.shows(shown):
        rows.append((seat.chat.id, seat.account, READ, shown, now))
        seat.chat.marked()
    for mark in marks:
        mark.settings = seat.settings
        if mark.read:
            mark.read_count = seat.read_count
