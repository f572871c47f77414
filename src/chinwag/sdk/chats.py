"""One chat as this device holds it. Pure: no clock, no socket, no disk.

Two marks carry the rules. ``tip``: group info, role, stays and members are those after this seq;
a head with ``last`` at or above it replaces them, events above it take effect one by one.
``stored``: this device has everything that it may see up to here; it alone is acknowledged
(`Received`) and only events up to it are handed to `Client.events`; ``shown`` is how many of
them were. All other numbers merge by
maximum and settings by ``version``, so that the order and the repetition of pushes do not matter.
"""

from collections.abc import Iterable

import msgspec

from chinwag.protocol.events import Deleted, Event, Invite, Message
from chinwag.protocol.results import Failure, Head, Member, Mine, Page, Ticks
from chinwag.protocol.scalars import ChatKind
from chinwag.sdk import membership
from chinwag.sdk.changes import (
    Aspect,
    Change,
    ChatChanged,
    Grew,
    NeedChat,
    NeedRange,
)
from chinwag.sdk.log import Log


class ChatState:
    """The state of one chat. Read its fields freely; only `State` changes them. ``deleted`` are the
    messages whose deletion was seen since the program began.
    """

    __slots__ = (
        "_failures",
        "at",
        "count",
        "deleted",
        "group",
        "here",
        "id",
        "kind",
        "last",
        "log",
        "me",
        "members",
        "mine",
        "peer",
        "shown",
        "stored",
        "ticks",
        "tip",
        "unsaved",
        "waiting",
    )

    def __init__(self, head: Head, me: str, *, stored: int) -> None:
        self.id = head.chat
        self.me = me
        self.kind: ChatKind = head.kind
        self.peer = head.peer
        self.last = head.last
        self.count = head.count
        self.tip = head.last
        self.stored = stored
        self.shown = stored
        self.group = head.group
        self.mine = head.mine
        self.ticks = head.ticks
        self._failures: dict[tuple[str, int], Failure] = {}
        self.log = Log()
        self.members: dict[str, Member] | None = None
        self.waiting = 0
        self.at = 0
        self.here: set[int] = set()
        self.unsaved: list[Event] = []
        self.deleted: set[int] = set()
        for failure in head.failures:
            self.fail(failure)
        self._hold(head.events)
        self._advance()

    # --- what people ask ---------------------------------------------------------------------

    @property
    def unread(self) -> int:
        """Messages of others that no device of this person has read."""
        return max(0, self.count - self.mine.read_count)

    @property
    def present(self) -> bool:
        """Whether one is a member now."""
        return membership.present(self.mine)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Own messages that did not reach somebody."""
        return tuple(it for it in self._failures.values() if not it.ended)

    def may_retry(self, seq: int) -> bool:
        """Whether `Client.retry` makes sense for the own message at ``seq``: it failed, and not
        only for who is gone.
        """
        return any(it.first <= seq <= it.last and it.reason != "gone" for it in self.failures)

    def visible(self, seq: int) -> bool:
        """Whether ``seq`` lies within a stay."""
        return any(first <= seq and (seq < end or end == 0) for first, end in self.mine.stays)

    def missing(self) -> tuple[int, int] | None:
        """The first hole that lies between ``stored`` and the newest event."""
        above = self.stored
        if above >= self.last:
            return None
        while hole := self.log.hole_after(above, self.last):
            first, last = hole
            if seen := self._clip(first, last):
                return seen
            above = last
        return None

    # --- what the server says ----------------------------------------------------------------

    def merge_head(self, head: Head) -> list[Change]:
        """A later look at the chat."""
        changed: set[Aspect] = set()
        stored = self.stored
        old = self.last, self.count, self.group, self.mine, self.ticks
        if self._hold(head.events):
            changed.add("log")
            changed |= self._advance()
        if head.last >= self.tip:
            self._adopt(head)
        self.last = max(self.last, head.last)
        self.count = max(self.count, head.count)
        self.mine = _merged_mine(self.mine, head.mine)
        self.ticks = _merged_ticks(self.ticks, head.ticks)
        new = self.last, self.count, self.group, self.mine, self.ticks
        aspects: tuple[Aspect, ...] = ("log", "log", "group", "mine", "ticks")
        for aspect, before, after in zip(aspects, old, new, strict=True):
            if before != after:
                changed.add(aspect)
        for failure in head.failures:
            changed |= self.fail(failure)
        self._prune_failures()
        return self._notes(changed, stored)

    def merge_page(self, page: Page, first: int, last: int) -> list[Change]:
        """A part of the log that was asked for; all of [first, last] that is not in it does not
        exist for this reader.
        """
        grown = self._hold(page.events)
        self.log.cover(first, last)
        return self._notes({"log"} if grown else set())

    def merge_event(self, event: Event, read_count: int = 0, *, here: bool = False) -> list[Change]:
        """One entry of the log; ``here``: this client wrote it."""
        if not self.visible(event.seq) and event.seq > self.tip:
            return [NeedChat(self.id)]
        changed: set[Aspect] = set()
        moves = membership.moves(event, self.me) and event.seq > self.tip
        if here and event.seq > self.stored:
            self.here.add(event.seq)
        if self._hold((event,)):
            changed.add("log")
        if read_count > self.mine.read_count:
            self.mine = msgspec.structs.replace(self.mine, read_count=read_count)
            changed.add("mine")
        notes = self._notes(changed)
        return [*notes, NeedChat(self.id)] if moves else notes

    def merge_mine(self, mine: Mine) -> list[Change]:
        """Own marks and settings. Role and stays come with events and heads only: those are
        ordered by seq, and a `Mine` says not to which seq it belongs.
        """
        before = self.mine
        self.mine = _merged_mine(before, mine)
        return [] if self.mine == before else [ChatChanged(self.id, "mine")]

    def merge_ticks(self, ticks: Ticks) -> list[Change]:
        """How far the others have come."""
        before = self.ticks
        self.ticks = _merged_ticks(before, ticks)
        if self.ticks == before:
            return []
        pruned = self._prune_failures()
        notes: list[Change] = [ChatChanged(self.id, "ticks")]
        return [*notes, ChatChanged(self.id, "failures")] if pruned else notes

    def fail(self, failure: Failure) -> set[Aspect]:
        """Messages did not reach somebody, or did after all."""
        key = failure.user, failure.first
        known = self._failures.get(key)
        if failure.last <= self.ticks.delivered or (known and _newer(known) >= _newer(failure)):
            return set()
        self._failures[key] = failure
        return {"failures"}

    def read_through(self, seq: int) -> int:
        """The lowest that ``read_count`` can be once everything up to ``seq`` is read."""
        event = self.log.get(seq)
        return max(self.mine.read_count, event.count if event else 0)

    # --- inside ------------------------------------------------------------------------------

    def _adopt(self, head: Head) -> None:
        """Take over what is true after ``head.last``."""
        if head.last > self.tip:
            self.members = None  # changes were jumped over
        self.tip = head.last
        self.kind, self.peer, self.group = head.kind, head.peer, head.group
        mine = msgspec.structs.replace(self.mine, stays=head.mine.stays, role=head.mine.role)
        self.mine = self.mine if mine == self.mine else mine

    def _hold(self, events: Iterable[Event]) -> bool:
        """Keep events, and let those that follow the tip take effect."""
        fresh = self.log.extend(events)
        self.unsaved += fresh
        for event in fresh:
            self.last = max(self.last, event.seq)
            self.count = max(self.count, event.count)
            if isinstance(event.body, Message | Invite) or not self.at:
                self.at = max(self.at, event.at)
            if isinstance(event.body, Deleted):
                self.deleted.add(event.body.seq)
        for seq in self.deleted if fresh else ():
            self.log.blank(seq)
        return bool(fresh)

    def _notes(self, changed: set[Aspect], stored: int | None = None) -> list[Change]:
        """Let what follows take effect, and say all that is different (``stored``: since when)
        and missing.
        """
        before = self.stored if stored is None else stored
        changed |= self._advance()
        notes: list[Change] = [ChatChanged(self.id, aspect) for aspect in sorted(changed)]
        if self.stored > before:
            notes.append(Grew(self.id, before + 1, self.stored))
        if hole := self.missing():
            notes.append(NeedRange(self.id, *hole))
        return notes

    def _advance(self) -> set[Aspect]:
        changed: set[Aspect] = set()
        while (event := self.log.get(self.tip + 1)) and self.visible(event.seq):
            self.tip += 1
            if isinstance(event.body, membership.SERVICE):
                changed |= membership.apply(self, event, self.me)
        while (seq := self._next_visible(self.stored)) and (
            through := self._seen_through(seq, self.log.known_through(seq))
        ):
            self.stored = through
        return changed

    def _next_visible(self, seq: int) -> int:
        """The lowest seq above ``seq`` that may be seen; 0 if there will be none."""
        starts = (
            max(first, seq + 1) for first, end in self.mine.stays if seq + 1 < end or end == 0
        )
        return min(starts, default=0)

    def _seen_through(self, seq: int, known: int) -> int:
        """How much of [seq, known] lies within the stay of ``seq``."""
        for first, end in self.mine.stays:
            if first <= seq and (seq < end or end == 0):
                return min(known, end - 1) if end else known
        return 0

    def _clip(self, first: int, last: int) -> tuple[int, int] | None:
        """The first part of [first, last] that may be seen."""
        seq = self._next_visible(first - 1)
        if not seq or seq > last:
            return None
        return seq, self._seen_through(seq, last)

    def _prune_failures(self) -> bool:
        healed = [key for key, it in self._failures.items() if it.last <= self.ticks.delivered]
        for key in healed:
            del self._failures[key]
        return bool(healed)


def _newer(failure: Failure) -> tuple[int, bool, int]:
    return failure.at, failure.ended, failure.last


def _merged_mine(old: Mine, new: Mine) -> Mine:
    """Settings by version, marks by maximum; role and stays stay those of ``old``."""
    merged = new if new.version > old.version else old
    return msgspec.structs.replace(
        merged,
        version=max(old.version, new.version),
        stays=old.stays,
        role=old.role,
        read=max(old.read, new.read),
        read_count=max(old.read_count, new.read_count),
        mentioned=max(old.mentioned, new.mentioned),
    )


def _merged_ticks(old: Ticks, new: Ticks) -> Ticks:
    withheld = old.withheld
    if not set(new.withheld) <= set(withheld):
        withheld = tuple(sorted({*withheld, *new.withheld}))
    return Ticks(
        chat=old.chat,
        delivered=max(old.delivered, new.delivered),
        read=max(old.read, new.read),
        withheld=withheld,
    )
