"""The cache of rosters, and what is kept of those that had to go."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from chinwag.server.services.roster import Roster

# Bounds memory: about 0.5 KiB a seat.
_MAX_SEATS = 60_000
_MAX_TOLD = 10_000


class Rosters:
    """The cached rosters, least recently used first to go."""

    def __init__(self) -> None:
        self._rosters: OrderedDict[str, Roster] = OrderedDict()
        self._told: OrderedDict[str, dict[str, tuple[int, int]]] = OrderedDict()
        self._chats: dict[str, set[str]] = {}
        self._seats = 0

    def __iter__(self) -> Iterator[Roster]:
        return iter(self._rosters.values())

    def __len__(self) -> int:
        return len(self._rosters)

    def get(self, chat: str) -> Roster | None:
        """The cached roster, or None."""
        roster = self._rosters.get(chat)
        if roster is not None:
            self._rosters.move_to_end(chat)
        return roster

    def put(self, roster: Roster) -> Roster:
        """Cache a roster, unless a newer one is there already; the one that counts."""
        known = self._rosters.get(roster.id)
        if known is not None:
            if (known.version, known.last) > (roster.version, roster.last):
                return known
            self._leave(known)
            _keep_marks(known, roster)
        else:
            self._remind(roster)
        self._rosters[roster.id] = roster
        self._rosters.move_to_end(roster.id)
        self._seats += len(roster.seats)
        for user in roster.seats:
            self._chats.setdefault(user, set()).add(roster.id)
        while self._seats > _MAX_SEATS and len(self._rosters) > 1:
            self._gone(self._rosters.popitem(last=False)[1])
        return roster

    def drop(self, chat: str) -> None:
        """Forget a roster; the next use loads it anew."""
        roster = self._rosters.pop(chat, None)
        if roster is not None:
            self._gone(roster)

    def _gone(self, roster: Roster) -> None:
        """Remember of a roster only who waits for which ticks."""
        self._leave(roster)
        if roster.outstanding:
            self._told[roster.id] = {
                user: roster.seats[user].told for user in roster.outstanding if user in roster.seats
            }
            if len(self._told) > _MAX_TOLD:
                self._told.popitem(last=False)

    def _leave(self, roster: Roster) -> None:
        self._seats -= len(roster.seats)
        for user in roster.seats:
            chats = self._chats[user]
            chats.discard(roster.id)
            if not chats:
                del self._chats[user]

    def _remind(self, roster: Roster) -> None:
        for user, told in self._told.pop(roster.id, {}).items():
            if user in roster.seats:
                roster.seats[user].told = told
                roster.outstanding.add(user)

    def of(self, user: str) -> list[str]:
        """The cached chats in which this user has a seat."""
        return list(self._chats.get(user, ()))

    def with_members(self, users: Iterable[str]) -> list[Roster]:
        """Cached rosters in which any of these users has a seat."""
        chats = dict.fromkeys(chat for user in users for chat in self._chats.get(user, ()))
        return [self._rosters[chat] for chat in chats]


def _keep_marks(old: Roster, new: Roster) -> None:
    """Marks that were raised while the new roster was being read stay raised."""
    new.last, new.count = max(old.last, new.last), max(old.count, new.count)
    for user, seat in new.seats.items():
        known = old.seats.get(user)
        if known is None or known.joined != seat.joined:
            continue
        seat.delivered = max(seat.delivered, known.delivered)
        seat.read = max(seat.read, known.read)
        seat.shown = max(seat.shown, known.shown)
        seat.read_count = max(seat.read_count, known.read_count)
        seat.mentioned = max(seat.mentioned, known.mentioned)
        seat.sent = max(seat.sent, known.sent)
        seat.told = known.told
    new.outstanding |= old.outstanding & new.seats.keys()
