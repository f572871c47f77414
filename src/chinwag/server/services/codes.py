"""Sign-up codes: one-time invitations to the server, and the claim that makes the first admin.

Stored hashed, like tokens. A code is used up in the transaction that makes the account.
"""

from typing import Literal

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.server.clock import now_ms
from chinwag.server.delivery.locks import lock_server
from chinwag.server.ports.store import Reader, Row, Store, Tx
from chinwag.server.services.tokens import digest, new_code

CodeKind = Literal["invite", "claim"]
DAY = 24 * 3600 * 1000


async def make_code(tx: Tx, kind: CodeKind, days: int) -> str:
    """A new code, in this transaction. It cannot be shown again."""
    code = new_code()
    await tx.execute(
        "INSERT INTO sign_up_codes (code, kind, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        digest(code),
        kind,
        tx.now,
        tx.now + days * DAY,
    )
    return code


async def open_codes(reader: Reader, kind: CodeKind) -> int:
    """How many there are that would work now."""
    rows = await reader.fetch(
        "SELECT count(*) FROM sign_up_codes WHERE kind = $1 AND expires_at > $2", kind, now_ms()
    )
    return int(rows[0][0])


async def holds(reader: Reader, code: str, kind: CodeKind) -> bool:
    """Whether the code would work now."""
    return bool(
        await reader.fetch(
            "SELECT 1 FROM sign_up_codes WHERE code = $1 AND kind = $2 AND expires_at > $3",
            digest(code),
            kind,
            now_ms(),
        )
    )


async def use(tx: Tx, code: str, kind: CodeKind) -> None:
    """Use the code up.

    Raises:
        ChinwagError: invite_invalid.
    """
    if not await tx.execute(
        "DELETE FROM sign_up_codes WHERE code = $1 AND kind = $2 AND expires_at > $3",
        digest(code),
        kind,
        tx.now,
    ):
        raise ChinwagError(errors.INVITE_INVALID)


async def claim(tx: Tx, code: str) -> None:
    """Claim the server: no claim code is good any more.

    Raises:
        ChinwagError: invite_invalid.
    """
    await lock_server(tx)  # of two who come with different codes, one is the first
    await use(tx, code, "claim")
    await _void_claims(tx)


async def _void_claims(tx: Tx) -> None:
    await tx.execute("DELETE FROM sign_up_codes WHERE kind = 'claim'")


async def is_claimed(reader: Reader) -> bool:
    """Whether the server has an admin."""
    rows = await reader.fetch(
        "SELECT 1 FROM accounts WHERE admin = 1 AND status = 'active' LIMIT 1"
    )
    return bool(rows)


async def new_claim(store: Store, days: int = 7) -> str | None:
    """At a start: a fresh claim code while nobody has claimed the server; None once there is an
    admin. Codes of other starts stay good: another node may have shown one to its operator.
    """

    async def work(tx: Tx) -> str | None:
        await lock_server(tx)
        await tx.execute("DELETE FROM sign_up_codes WHERE expires_at <= $1", tx.now)
        if not await is_claimed(tx):
            return await make_code(tx, "claim", days)
        await _void_claims(tx)
        return None

    return await store.transact(work)


async def list_codes(reader: Reader) -> list[Row]:
    """(first bytes of the stored hash in hex, kind, created_at, expires_at), oldest first."""
    rows = await reader.fetch(
        "SELECT code, kind, created_at, expires_at FROM sign_up_codes ORDER BY created_at"
    )
    return [(bytes(row[0]).hex()[:12], *row[1:]) for row in rows]


async def revoke_code(tx: Tx, name: str) -> bool:
    """Void the code that `list_codes` shows under this name."""
    for (code,) in await tx.fetch("SELECT code FROM sign_up_codes"):
        if bytes(code).hex()[:12] == name:
            return bool(await tx.execute("DELETE FROM sign_up_codes WHERE code = $1", code))
    return False
