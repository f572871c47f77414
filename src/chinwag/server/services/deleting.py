"""Deleting an own message for everyone: its place in the log stays, and nothing stands there any
more, for whoever reads it from then on, by whatever way.
"""

from chinwag.protocol import commands, errors, limits
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Blank, Deleted
from chinwag.protocol.frames import encode
from chinwag.protocol.results import Placed
from chinwag.server.services.actions import Action, Actions, placed
from chinwag.server.services.files import release
from chinwag.server.sessions.session import Session

_ONE = "SELECT kind, sender, at, hidden FROM events WHERE chat = $1 AND seq = $2"
_BLANK = "UPDATE events SET kind = $3, body = $4 WHERE chat = $1 AND seq = $2"
_USED = "SELECT file FROM file_uses WHERE chat = $1 AND seq = $2"
_UNUSE = "DELETE FROM file_uses WHERE chat = $1 AND seq = $2"

_MESSAGE = "message"
_BLANKED = str(Blank.__struct_config__.tag)


class Deleting:
    """Deletes messages."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def delete(self, session: Session, command: commands.Delete) -> Placed:
        """Take an own message out of the log, and let go of its file. Who left a chat has nothing
        to say there any more.

        Raises:
            ChinwagError: not_found, not_a_member; not_allowed, when it is no message; too_late.
        """
        return await self._actions.run(session, command, lambda action: _delete(action, command))


async def _delete(action: Action, command: commands.Delete) -> Placed:
    roster = await action.look(command.chat)
    tx, seat = action.tx, roster.member(action.user)
    rows = await tx.fetch(_ONE, roster.id, command.seq)
    if not rows or rows[0][1] != action.user or not seat.sees(command.seq):
        raise ChinwagError(errors.NOT_FOUND)
    kind, _, at, hidden = rows[0]
    if kind == _BLANKED:
        return Placed(roster.id)
    if kind != _MESSAGE:
        raise ChinwagError(errors.NOT_ALLOWED)
    if tx.now - at > limits.DELETE_SECONDS * 1000:
        raise ChinwagError(errors.TOO_LATE)
    await tx.execute(_BLANK, roster.id, command.seq, _BLANKED, encode(Blank()).decode())
    used = await tx.fetch(_USED, roster.id, command.seq)
    await tx.execute(_UNUSE, roster.id, command.seq)
    await release(tx, [file for (file,) in used])
    entry = action.entry(roster.id, Deleted(command.seq))
    # What was kept from somebody is not told of now.
    entry.hidden = bool(hidden)
    return placed(await action.append(entry, bump=False))
