"""`Roster`: what one must know of a chat to judge a command and to reach its members.

Rosters are cached. Whoever judges by one gives its ``version`` along to the store, which refuses
when the chat has another by then (`Outcome.STALE`): so a decision never rests on an old member
list, and nothing is locked while one reads.
"""

from collections.abc import Iterable, Iterator, Sequence

from chinwag.protocol import errors, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.scalars import ChatKind, HistoryFor, Role, Who


class Seat:
    """One member, or past member, of a chat."""

    __slots__ = (
        "archived",
        "change",
        "delivered",
        "departed",
        "departed_count",
        "gone",
        "joined",
        "mentioned",
        "muted_until",
        "past",
        "pinned_at",
        "read",
        "read_count",
        "receipts",
        "role",
        "sent",
        "shown",
        "since",
        "told",
        "unread",
        "user",
    )

    user: str
    role: Role
    joined: int
    departed: int
    """First seq no longer visible; 0 while a member."""
    departed_count: int
    past: tuple[tuple[int, int], ...]
    """Earlier stays, [from, to)."""
    since: int
    sent: int
    """Newest own entry."""
    delivered: int
    read: int
    shown: int
    """The read mark as others may see it."""
    read_count: int
    mentioned: int
    """Newest message of another that names this member."""
    receipts: bool
    gone: bool
    told: tuple[int, int]
    """Delivered and read ticks that this member was last told."""
    muted_until: int
    pinned_at: int
    archived: bool
    unread: bool
    change: int

    @property
    def active(self) -> bool:
        """Whether it is a member now."""
        return self.departed == 0

    @property
    def stays(self) -> tuple[tuple[int, int], ...]:
        """Visible ranges [from, to), 0 = open, oldest first."""
        return (*self.past, (self.joined, self.departed))

    def mine(self, chat: str) -> results.Mine:
        """The member's own marks and settings as they stand on the wire."""
        return results.Mine(
            chat=chat,
            version=self.change,
            stays=self.stays,
            role=self.role,
            read=self.read,
            read_count=self.read_count,
            mentioned=self.mentioned,
            muted_until=self.muted_until,
            pinned_at=self.pinned_at,
            archived=self.archived,
            unread=self.unread,
        )

    def arranged(self, settings: Sequence[int]) -> None:
        """How the chat stands in the member's list, as the store has it."""
        self.muted_until, self.pinned_at, archived, unread = settings
        self.archived, self.unread = bool(archived), bool(unread)

    def raise_marks(self, read: int, read_count: int, mentioned: int) -> None:
        """The own marks are at least these."""
        self.read = max(self.read, read)
        self.read_count = max(self.read_count, read_count)
        self.mentioned = max(self.mentioned, mentioned)

    def sees(self, seq: int) -> bool:
        """Whether this member may see the entry at ``seq``."""
        return any(first <= seq and (not end or seq < end) for first, end in self.stays)


class Roster:
    """A chat's settings, marks and members."""

    __slots__ = (
        "active",
        "add_members",
        "approval",
        "avatar",
        "blockers",
        "count",
        "description",
        "edit_info",
        "history",
        "id",
        "kind",
        "last",
        "outstanding",
        "seats",
        "send",
        "settled",
        "title",
        "version",
        "withheld",
    )

    id: str
    kind: ChatKind
    version: int
    last: int
    count: int
    title: str
    description: str
    edit_info: Who
    send: Who
    add_members: Who
    approval: bool
    history: HistoryFor
    avatar: str
    seats: dict[str, Seat]
    active: tuple[str, ...]
    """Members now, longest-standing first."""
    settled: int
    """From this seq on, the present members see every entry and nobody else does."""
    blockers: frozenset[str]
    """Of a direct chat: who blocks the other."""
    withheld: dict[str, list[int]]
    """Per sender, own entries that are kept from the other side."""
    outstanding: set[str]
    """Members with own entries that not all others have read."""

    def settle(self) -> None:
        """All seats have been read: work out what follows from them."""
        self.active = tuple(user for user, seat in self.seats.items() if seat.active)
        self.settled = max(
            (max(seat.joined, seat.departed) for seat in self.seats.values()), default=1
        )
        for user, ticks in self.ticks_of(self.active):
            self.seats[user].told = ticks
        self.outstanding = {
            user for user in self.active if self.seats[user].told[1] < self.seats[user].sent
        }

    def seat(self, user: str) -> Seat:
        """The seat of a present or past member.

        Raises:
            ChinwagError: not_found, as for a chat that does not exist.
        """
        seat = self.seats.get(user)
        if seat is None:
            raise ChinwagError(errors.NOT_FOUND)
        return seat

    def member(self, user: str) -> Seat:
        """The seat of a present member.

        Raises:
            ChinwagError: not_found, or not_a_member for a past one.
        """
        seat = self.seat(user)
        if seat.departed:
            raise ChinwagError(errors.NOT_A_MEMBER)
        return seat

    def admins(self) -> list[str]:
        """Members who are admins."""
        return [user for user in self.active if self.seats[user].role == "admin"]

    def peer(self, user: str) -> str:
        """The other person of a direct chat (oneself in notes to self)."""
        return next((other for other in self.active if other != user), user)

    def ticks(self, user: str) -> tuple[int, int]:
        """How far all other current members have received and read ``user``'s own entries."""
        delivered = read = self.last
        for other in self.active:
            seat = self.seats[other]
            if other != user and not seat.gone:
                delivered = min(delivered, seat.delivered)
                read = min(read, seat.shown)
        return self._ticks(self.seats[user], delivered, read)

    def ticks_of(self, users: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        """`ticks` of many members in one pass over the seats."""
        seats = [self.seats[user] for user in self.active if not self.seats[user].gone]
        slow = _Lowest(self.last, ((seat.delivered, seat.user) for seat in seats))
        shown = _Lowest(self.last, ((seat.shown, seat.user) for seat in seats))
        for user in users:
            yield user, self._ticks(self.seats[user], slow.besides(user), shown.besides(user))

    def _ticks(self, seat: Seat, delivered: int, read: int) -> tuple[int, int]:
        delivered, read = min(delivered, seat.sent), min(read, seat.sent)
        if self.kind == "direct" and not seat.receipts:
            read = 0
        withheld = self.withheld.get(seat.user)
        if withheld:
            delivered, read = before_withheld(withheld, delivered), before_withheld(withheld, read)
        return delivered, read

    def ticks_state(self, user: str) -> results.Ticks:
        """The same as it stands on the wire."""
        delivered, read = self.ticks(user)
        withheld = tuple(seq for seq in self.withheld.get(user, ()) if seq < delivered)
        return results.Ticks(self.id, delivered, read, withheld)

    def readers(self, seq: int) -> Iterator[str]:
        """Who may be handed the entry at ``seq``. The roster can be newer than the entry: whoever
        came in since does not see it, and whose stay ended with it or later does.
        """
        if seq >= self.settled:
            yield from self.active
        else:
            yield from (user for user, seat in self.seats.items() if seat.sees(seq))

    def follow(self, old: "Roster") -> None:
        """Members were last told the ticks that they had in ``old``."""
        for user, seat in self.seats.items():
            if user in old.seats:
                seat.told = old.seats[user].told
        self.outstanding |= old.outstanding & self.seats.keys()

    def withhold(self, sender: str, seq: int) -> None:
        """The entry at ``seq`` is kept from the other side. May be said twice."""
        withheld = self.withheld.setdefault(sender, [])
        if seq not in withheld[-1:]:
            withheld.append(seq)

    def untold(self, users: Iterable[str]) -> None:
        """Nobody knows what these members were last told of their ticks."""
        for user in users:
            seat = self.seats.get(user)
            if seat is not None and seat.sent:
                seat.told = (0, 0)
                self.outstanding.add(user)

    def info(self) -> results.GroupInfo:
        """The group as its members see it."""
        return results.GroupInfo(
            title=self.title,
            description=self.description,
            edit_info=self.edit_info,
            send=self.send,
            add_members=self.add_members,
            approval=self.approval,
            history=self.history,
            members=len(self.active),
            avatar=self.avatar,
        )


class _Lowest:
    """The lowest mark of all members but one, for any one."""

    def __init__(self, top: int, marks: Iterable[tuple[int, str]]) -> None:
        self._first, self._owner, self._second = top, "", top
        for mark, user in marks:
            if mark < self._first:
                self._first, self._owner, self._second = mark, user, self._first
            elif mark < self._second:
                self._second = mark

    def besides(self, user: str) -> int:
        return self._second if user == self._owner else self._first


def before_withheld(withheld: list[int], mark: int) -> int:
    """The mark without the withheld entries it ends on: they tell the sender nothing."""
    hidden = set(withheld)
    while mark in hidden:
        mark -= 1
    return mark
