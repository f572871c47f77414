"""Admission: who may be brought into a group by whom, and the seats that members take."""

from collections.abc import Iterable, Sequence

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.ports.store import Reader, Tx
from chinwag.server.services.actions import Action
from chinwag.server.services.chats import insert_members
from chinwag.server.services.contacts import contacts_among
from chinwag.server.services.roster import Roster

_WILLING = "SELECT id, add_to_groups FROM accounts WHERE id = ANY($1) AND status = 'active'"
_BLOCKING = (
    "SELECT account FROM blocks WHERE blocked = $1 AND account = ANY($2)"
    " UNION SELECT blocked FROM blocks WHERE account = $1 AND blocked = ANY($2)"
)
# The newest entry that a past member sees is the one that ended the stay.
_REMOVED = (
    "SELECT m.account FROM members m JOIN events e ON e.chat = m.chat AND e.seq = m.departed - 1"
    " WHERE m.chat = $1 AND m.account = ANY($2) AND m.departed > 0 AND e.kind = 'removed'"
)
_RETURN = (
    "UPDATE members SET role = 'member', since = $3, joined = $4, departed = 0,"
    " departed_count = 0, delivered = $5, read = $5, shown = $5, read_count = $6, unread = 0,"
    " change = CASE WHEN change >= $7 THEN change + 1 ELSE $7 END,"
    " stays = CASE WHEN CAST($4 AS bigint) = 1 THEN '[]'"
    " WHEN stays = '[]' THEN '[[' || joined || ',' || departed || ']]'"
    " ELSE substr(stays, 1, length(stays) - 1) || ',[' || joined || ',' || departed || ']]' END"
    " WHERE chat = $1 AND account = ANY($2)"
)
_DEPART = (
    "UPDATE members SET role = 'member', departed = $3, departed_count = $4,"
    " change = CASE WHEN change >= $5 THEN change + 1 ELSE $5 END"
    " WHERE chat = $1 AND account = $2"
)
_WAITING = "SELECT account FROM join_requests WHERE chat = $1"
_ASK = (
    "INSERT INTO join_requests (chat, account, invited_by, at)"
    " SELECT $1, id, $3, $4 FROM accounts WHERE id = ANY($2)"
)
_ANSWERED = "DELETE FROM join_requests WHERE chat = $1 AND account = ANY($2)"


async def admissible(reader: Reader, adder: str, people: Sequence[str]) -> set[str]:
    """Which of these people ``adder`` may bring into a group. Who does not exist, is disabled,
    blocks the adder or is blocked, or whose privacy forbids it, is left out alike.
    """
    if not people:
        return set()
    wish: dict[str, str] = dict(await reader.fetch(_WILLING, people))
    blocked = {row[0] for row in await reader.fetch(_BLOCKING, adder, people)}
    choosy = [user for user, audience in wish.items() if audience == "contacts"]
    contacts = await contacts_among(reader, adder, choosy)
    return {
        user
        for user, audience in wish.items()
        if user not in blocked and (audience == "everyone" or user in contacts)
    }


async def removed_among(reader: Reader, chat: str, people: Sequence[str]) -> set[str]:
    """Which of these people were removed by an admin, and so need one to come back."""
    if not people:
        return set()
    return {row[0] for row in await reader.fetch(_REMOVED, chat, people)}


def require_room(roster: Roster, more: int, most: int) -> None:
    """Refuse (``group_full``) more members than ``most``."""
    if len(roster.active) + more > most:
        raise ChinwagError(errors.GROUP_FULL)


async def seat(action: Action, roster: Roster, people: Sequence[str], seq: int) -> None:
    """Give people their seats: the event at ``seq`` is the first that they see, unless the group
    shows newcomers everything. What came before is neither unread nor waited for. Who comes back
    sees the earlier stays too, and nothing between them.
    """
    tx = action.tx
    joined = 1 if roster.history == "all" else seq
    new = [user for user in people if user not in roster.seats]
    back = [user for user in people if user in roster.seats]
    if new:
        await insert_members(tx, roster.id, new, joined=joined, mark=seq - 1, count=roster.count)
    if back:
        await tx.execute(_RETURN, roster.id, back, tx.now, joined, seq - 1, roster.count, tx.change)
    if await tx.execute(_ANSWERED, roster.id, list(people)):
        action.queue_changed(roster.id)


async def unseat(tx: Tx, roster: Roster, user: str, seq: int) -> None:
    """End a member's stay: the event at ``seq`` is the last that is seen."""
    await tx.execute(_DEPART, roster.id, user, seq + 1, roster.count, tx.change)


async def ask(
    action: Action,
    roster: Roster,
    people: Iterable[str],
    most: int,
    *,
    invited_by: str | None = None,
) -> None:
    """Have people wait for an admin's approval; those who wait already do so once.

    Raises:
        ChinwagError: quota, when too many wait.
    """
    tx = action.tx
    waiting = {row[0] for row in await tx.fetch(_WAITING, roster.id)}
    new = [user for user in people if user not in waiting]
    if not new:
        return
    if len(waiting) + len(new) > most:
        raise ChinwagError(errors.QUOTA)
    await tx.execute(_ASK, roster.id, new, invited_by, tx.now)
    action.queue_changed(roster.id)
