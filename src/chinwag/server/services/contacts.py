"""Contacts: people with whom one shares a chat."""

from collections.abc import Sequence

from chinwag.server.ports.store import Reader

# A one-to-one chat in which nothing has been said makes nobody a contact.
_OF = (
    "SELECT DISTINCT o.account FROM members m JOIN chats c ON c.id = m.chat"
    " JOIN members o ON o.chat = m.chat AND o.account <> $1 AND o.departed = 0"
    " WHERE m.account = $1 AND m.departed = 0 AND (c.kind = 'group' OR c.count > 0)"
)
_AMONG = (
    "SELECT DISTINCT o.account FROM members m JOIN chats c ON c.id = m.chat"
    " JOIN members o ON o.chat = m.chat AND o.account = ANY($2) AND o.departed = 0"
    " WHERE m.account = $1 AND m.departed = 0 AND (c.kind = 'group' OR c.count > 0)"
)


async def contacts_among(reader: Reader, user: str, others: Sequence[str]) -> set[str]:
    """Which of ``others`` share a chat with ``user``."""
    if not others:
        return set()
    return {row[0] for row in await reader.fetch(_AMONG, user, list(others))}


async def contacts_of(reader: Reader, user: str) -> list[str]:
    """All who share a chat with ``user``."""
    return [row[0] for row in await reader.fetch(_OF, user)]
