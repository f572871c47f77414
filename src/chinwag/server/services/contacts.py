"""Contacts: people with whom one shares a chat."""

from collections.abc import Sequence

from chinwag.server.ports.store import Reader

# A one-to-one chat in which nothing has been said makes nobody a contact.
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
