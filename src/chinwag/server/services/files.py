"""Files: who may have them, and for how long they are kept.

A file belongs to whoever uploaded it. Others have it as far as they see a message that holds it, or
somebody's picture: this is asked of the tables for each request, so that who is removed from a chat
has lost its files with the same commit. What nothing uses any more goes.
"""

from collections.abc import Sequence
from typing import cast, get_args

import msgspec

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.files import File
from chinwag.protocol.scalars import FileKind, Preview
from chinwag.server.ports.store import Reader, Row, Tx

AVATAR = "avatar"
"""The kind, in the tables, of what was uploaded to be a picture of a person or a group."""

COLUMNS = (
    "id, account, kind, name, type, size, width, height, duration, placeholder, waveform, blob,"
    " small, medium"
)
"""Those of a `Held`, in its order."""
_FILE = f"SELECT {COLUMNS} FROM files WHERE id = $1"
_HELD = (
    "SELECT u.seq, m.joined, m.stays FROM file_uses u"
    " JOIN members m ON m.chat = u.chat AND m.account = $2 AND m.departed = 0"
    " JOIN events e ON e.chat = u.chat AND e.seq = u.seq AND (e.hidden = 0 OR e.sender = $2)"
    " WHERE u.file = $1"
)
_PICTURES = (
    "SELECT 1 FROM accounts a WHERE a.avatar = $1 AND a.avatar <> '' AND a.status = 'active'"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account = a.id AND b.blocked = $2)"
    " UNION ALL SELECT 1 FROM chats c"
    " JOIN members m ON m.chat = c.id AND m.account = $2 AND m.departed = 0"
    " WHERE c.avatar = $1 AND c.avatar <> ''"
)
_COMING = "SELECT 1 FROM uploads WHERE id = $1 AND account = $2 AND state = 'checking'"
_LOCK = "SELECT id FROM files WHERE id = ANY($1) ORDER BY id FOR UPDATE"
UNUSED = (
    "NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.file = f.id)"
    " AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.avatar = f.id AND a.avatar <> '')"
    " AND NOT EXISTS (SELECT 1 FROM chats c WHERE c.avatar = f.id AND c.avatar <> '')"
)
"""Whether nothing uses the file ``f``. The indexes of pictures hold no empty ones, and are of use
only to a statement that says so itself.
"""
_RELEASE = f"DELETE FROM files AS f WHERE f.id = ANY($1) AND {UNUSED}"
_stays = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode


class Held(msgspec.Struct, frozen=True):
    """A file as the tables have it: whose it is, and the SHA-256 of its content and, if there are
    any, previews.
    """

    id: str
    account: str
    kind: str
    name: str
    type: str
    size: int
    width: int
    height: int
    duration: int
    placeholder: str
    waveform: str
    blob: str
    small: str
    medium: str

    def shown(self) -> File:
        """As a message shows it."""
        kind: FileKind = "photo" if self.kind == AVATAR else cast(FileKind, self.kind)
        previews = tuple(each for each in get_args(Preview) if getattr(self, each))
        return File(
            self.id,
            kind,
            self.name,
            self.type,
            self.size,
            self.width,
            self.height,
            self.duration,
            self.placeholder,
            self.waveform,
            previews,
        )


async def find(reader: Reader, file: str, user: str) -> Held:
    """A file that ``user`` may have.

    Raises:
        ChinwagError: no_such_file, whether there is none or it is not for them.
    """
    rows = await reader.fetch(_FILE, file)
    held = Held(*rows[0]) if rows else None
    if held is None or not (held.account == user or await _may_have(reader, held, user)):
        raise ChinwagError(errors.NO_SUCH_FILE)
    return held


async def take(tx: Tx, file: str, user: str, *, avatar: bool = False) -> Held:
    """A file that ``user`` may have, to be used by what this transaction writes: until it is over
    nobody can let go of the file.

    Raises:
        ChinwagError: no_such_file; file_not_ready, while an own upload is being checked.
    """
    await tx.fetch(_LOCK, [file])
    try:
        held = await find(tx, file, user)
    except ChinwagError:
        if await tx.fetch(_COMING, file, user):
            raise ChinwagError(errors.FILE_NOT_READY, retry_after=1_000) from None
        raise
    if avatar != (held.kind == AVATAR) or (avatar and held.account != user):
        raise ChinwagError(errors.NO_SUCH_FILE)
    return held


async def release(tx: Tx, files: Sequence[str]) -> int:
    """These may have lost their last use: those that nothing uses go; how many. Their bytes are
    for the storage's chores to collect.
    """
    wanted = [file for file in files if file]
    if not wanted:
        return 0
    await tx.fetch(_LOCK, wanted)
    return await tx.execute(_RELEASE, wanted)


async def _may_have(reader: Reader, held: Held, user: str) -> bool:
    if held.kind == AVATAR:
        return bool(await reader.fetch(_PICTURES, held.id, user))
    return any(_within(row) for row in await reader.fetch(_HELD, held.id, user))


def _within(row: Row) -> bool:
    """Whether the seq is one of the member's stays."""
    seq, joined, stays = row
    if seq >= joined:
        return True
    return stays != "[]" and any(first <= seq < end for first, end in _stays(stays))
