"""Locks: a rule locks what it judges by, so that nobody changes that until its transaction is over.

In SQLite only one transaction runs at a time, and these cost next to nothing. In PostgreSQL many
run, on many nodes. To keep them from waiting for each other in a circle, all lock in one order:
accounts, then chats, then whatever hangs on these; several of a kind by id. Who changes a chat, its
members, invites or requests, holds the chat's lock; who counts what an account has, the account's.
"""

from chinwag.server.ports.store import Tx

_ACCOUNTS = "SELECT id FROM accounts WHERE id = ANY($1) ORDER BY id FOR UPDATE"
_CHATS = "SELECT id FROM chats WHERE id = ANY($1) ORDER BY id FOR UPDATE"
_CHATS_OF = (
    "SELECT id FROM chats WHERE id IN (SELECT chat FROM members WHERE account = $1)"
    " ORDER BY id FOR UPDATE"
)
_SERVER = "SELECT key FROM meta WHERE key = 'generation' FOR UPDATE"


async def lock_accounts(tx: Tx, *accounts: str) -> None:
    """Lock accounts: those that there are."""
    await tx.fetch(_ACCOUNTS, list(accounts))


async def lock_chats(tx: Tx, *chats: str) -> None:
    """Lock chats: those that there are."""
    await tx.fetch(_CHATS, list(chats))


async def lock_chats_of(tx: Tx, user: str) -> None:
    """Lock all chats that somebody is or was in."""
    await tx.fetch(_CHATS_OF, user)


async def lock_server(tx: Tx) -> None:
    """Lock what there is one of. Comes before all other locks."""
    await tx.fetch(_SERVER)
