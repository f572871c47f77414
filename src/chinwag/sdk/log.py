"""What is held of one chat's log: events by seq, and ranges with explicit holes between them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from chinwag.protocol.events import Blank, Event

Range = tuple[int, int]
"""First and last seq, both included."""


class Log:
    """Events of one chat and the ranges known. A seq inside a range without an event is known to
    hold nothing for this reader (it lies outside their stays); outside of all ranges is a hole.
    """

    __slots__ = ("_events", "_ranges", "newest")

    def __init__(self) -> None:
        self._events: dict[int, Event] = {}
        self._ranges: list[list[int]] = []
        self.newest: Event | None = None
        """The event with the highest seq."""

    def __len__(self) -> int:
        return len(self._events)

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The known ranges, lowest first; neither touching nor overlapping."""
        return tuple((first, last) for first, last in self._ranges)

    def get(self, seq: int) -> Event | None:
        """The event at ``seq``, if held."""
        return self._events.get(seq)

    def between(self, first: int, last: int) -> Iterator[Event]:
        """Held events with first <= seq <= last, in order."""
        for low, high in self._ranges:
            for seq in range(max(low, first), min(high, last) + 1):
                if event := self._events.get(seq):
                    yield event

    def add(self, event: Event) -> bool:
        """Hold one event. False if it was held already: the first one stays."""
        if event.seq in self._events:
            return False
        self._events[event.seq] = event
        if self.newest is None or event.seq > self.newest.seq:
            self.newest = event
        if self._ranges and self._ranges[-1][1] == event.seq - 1:
            self._ranges[-1][1] = event.seq
        else:
            self.cover(event.seq, event.seq)
        return True

    def extend(self, events: Iterable[Event]) -> list[Event]:
        """Hold several; gives those that were new."""
        return [event for event in events if self.add(event)]

    def blank(self, seq: int) -> Event | None:
        """Forget what the event at ``seq`` said: its sender deleted it. Gives what is left of it;
        None if it is not held.
        """
        event = self._events.get(seq)
        if event is None:
            return None
        event = msgspec.structs.replace(event, body=Blank())
        self._events[seq] = event
        if self.newest is not None and self.newest.seq == seq:
            self.newest = event
        return event

    def cover(self, first: int, last: int) -> None:
        """Everything in [first, last] is known now: what has no event there, is nothing."""
        if first > last:
            return
        merged: list[list[int]] = []
        for low, high in self._ranges:
            if high < first - 1 or low > last + 1:
                merged.append([low, high])
            else:
                first, last = min(first, low), max(last, high)
        merged.insert(bisect_right([low for low, _ in merged], first), [first, last])
        self._ranges = merged

    def known_through(self, seq: int) -> int:
        """The last seq of the range that holds ``seq``; 0 if ``seq`` is in a hole."""
        for first, last in reversed(self._ranges):
            if first <= seq <= last:
                return last
            if last < seq:
                break
        return 0

    def known_from(self, seq: int) -> int:
        """The first seq of the range that holds ``seq``; 0 if ``seq`` is in a hole."""
        for first, last in reversed(self._ranges):
            if first <= seq <= last:
                return first
            if last < seq:
                break
        return 0

    def hole_after(self, seq: int, limit: int) -> Range | None:
        """The first hole within (seq, limit]."""
        start = seq + 1
        for first, last in self._ranges:
            if last < start:
                continue
            if first > start:
                return (start, min(first - 1, limit)) if start <= limit else None
            start = last + 1
        return (start, limit) if start <= limit else None

    def first_after(self, seq: int) -> Event | None:
        """The event with the lowest seq above ``seq``, wherever the holes are."""
        if event := self._events.get(seq + 1):
            return event
        lowest = min((it for it in self._events if it > seq), default=0)
        return self._events.get(lowest)

    def trim(self, keep: int, *, forget: bool) -> None:
        """Let go of all but about the newest ``keep`` events. ``forget``: nobody else has them,
        so their places become holes again; else the ranges stay.
        """
        if len(self._events) <= keep + keep // 4:
            return
        floor = sorted(self._events)[-keep]
        self._events = {seq: event for seq, event in self._events.items() if seq >= floor}
        if not forget:
            return
        self._ranges = [[max(low, floor), high] for low, high in self._ranges if high >= floor]
