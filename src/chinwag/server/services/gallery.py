"""The gallery of a chat, and what a person's files take."""

from collections.abc import Iterator

from chinwag.protocol import commands, results
from chinwag.protocol.scalars import Collection
from chinwag.server.delivery import wire
from chinwag.server.ports.store import Reader, Row, Store
from chinwag.server.services.chats import Chats
from chinwag.server.services.files import AVATAR
from chinwag.server.services.roster import Seat
from chinwag.server.sessions.session import Session

_KINDS: dict[Collection, list[str]] = {
    "media": ["photo", "video"],
    "documents": ["document"],
    "voice": ["voice"],
}
# Links are looked for in the log itself, so much of it for an answer.
_LINKS_WITHIN = 5_000

_EVENT = ", ".join(f"e.{column}" for column in wire.COLUMNS.split(", "))
_FILES = (
    f"SELECT {_EVENT} FROM file_uses u JOIN events e ON e.chat = u.chat AND e.seq = u.seq"
    " WHERE u.chat = $1 AND u.kind = ANY($2) AND u.seq >= $3 AND u.seq < $4"
    " AND (e.hidden = 0 OR e.sender = $5) ORDER BY u.seq DESC LIMIT $6"
)
_LINKS = (
    f"SELECT {_EVENT} FROM events e WHERE e.chat = $1 AND e.seq >= $2 AND e.seq < $3"
    " AND e.kind = 'message' AND (e.body LIKE '%http://%' OR e.body LIKE '%https://%')"
    " AND (e.hidden = 0 OR e.sender = $4) ORDER BY e.seq DESC LIMIT $5"
)
_USE = "SELECT kind, count(*), sum(size) FROM files WHERE account = $1 GROUP BY kind"
_COMING = (
    "SELECT kind, count(*), sum(size) FROM uploads WHERE account = $1"
    " AND state IN ('open', 'checking') GROUP BY kind"
)


class Gallery:
    """What a chat holds, by sort. ``quota``: bytes that a person's files may take; 0: no limit."""

    def __init__(self, store: Store, chats: Chats, quota: int) -> None:
        self._store = store
        self._chats = chats
        self._quota = quota

    async def gallery(self, session: Session, command: commands.Gallery) -> results.Gallery:
        """A page of what the caller may see of it."""
        roster = await self._chats.roster(command.chat)
        seat = roster.seat(session.user)
        top = min(command.before or roster.last + 1, roster.last + 1)

        async def work(reader: Reader) -> results.Gallery:
            if command.of == "links":
                rows, before = await _links(reader, command, seat, top)
            else:
                rows, before = await _files(reader, command, seat, top)
            events = tuple(wire.of_row(row, session.user) for row in rows)
            return results.Gallery(command.chat, events, before)  # type: ignore[arg-type]

        return await self._store.read(work)

    async def use(self, session: Session, _: commands.StorageUse) -> results.Storage:
        """What the caller's own files take."""
        rows = await self._store.read(lambda reader: _use(reader, session.user))
        sizes = results.KindSizes()
        for kind, _count, size in rows:
            name = "photo" if kind == AVATAR else kind
            setattr(sizes, name, getattr(sizes, name) + int(size))
        return results.Storage(
            sum(int(size) for _, _, size in rows),
            self._quota,
            sum(int(count) for _, count, _ in rows),
            sizes,
        )


async def _use(reader: Reader, user: str) -> list[Row]:
    return [*await reader.fetch(_USE, user), *await reader.fetch(_COMING, user)]


async def _files(
    reader: Reader, command: commands.Gallery, seat: Seat, top: int
) -> tuple[list[Row], int]:
    rows: list[Row] = []
    for first, end in _ranges(seat, top):
        wanted = command.limit - len(rows)
        rows += await reader.fetch(
            _FILES, command.chat, _KINDS[command.of], first, end, seat.user, wanted
        )
        if len(rows) == command.limit:
            return rows, rows[-1][1]
    return rows, 0


async def _links(
    reader: Reader, command: commands.Gallery, seat: Seat, top: int
) -> tuple[list[Row], int]:
    rows: list[Row] = []
    left = _LINKS_WITHIN
    for first, end in _ranges(seat, top):
        low = max(first, end - left)
        wanted = command.limit - len(rows)
        rows += await reader.fetch(_LINKS, command.chat, low, end, seat.user, wanted)
        left -= end - low
        if len(rows) == command.limit:
            return rows, rows[-1][1]
        if not left:
            return rows, low
    return rows, 0


def _ranges(seat: Seat, top: int) -> Iterator[tuple[int, int]]:
    """The member's stays below ``top`` as [first, end), newest first."""
    for first, end in reversed(seat.stays):
        end = min(end or top, top)
        if first < end:
            yield first, end
