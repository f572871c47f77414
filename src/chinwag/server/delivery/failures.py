"""What did not arrive: written down, and told to those who sent it; and told again when it has
arrived after all.
"""

from functools import partial

from chinwag.protocol import pushes, results
from chinwag.protocol.scalars import FailureReason
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.locks import lock_chats
from chinwag.server.delivery.revisions import note
from chinwag.server.ports.store import Reader, Row, Store, Tx

FAILS = "hidden = 0 AND sender <> {user} AND kind IN ('message', 'invite')"
"""Which events can fail to reach ``{user}``."""
_SENDERS = (
    "SELECT DISTINCT sender FROM events WHERE chat = $1 AND seq >= $2 AND seq <= $3 AND "
    + FAILS.format(user="$4")
)
_FAIL = (
    "INSERT INTO failures (chat, account, first, last, reason, attempts, at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (chat, account, first) DO UPDATE"
    " SET last = excluded.last, reason = excluded.reason, attempts = excluded.attempts,"
    " at = excluded.at, ended = 0"
)
_DELIVERED = "SELECT delivered FROM members WHERE chat = $1 AND account = $2 FOR UPDATE"
_EXPIRED_BEFORE = (
    "SELECT min(first) FROM failures WHERE chat = $1 AND account = $2 AND reason = 'expired'"
    " AND ended = 0"
)
EXPIRED = "UPDATE members SET expired = $3 WHERE chat = $1 AND account = $2"
"""Nothing up to $3 is looked at again for being too old."""
_ENDED = (
    "SELECT f.first, f.last, f.reason, f.attempts, f.at, f.ended FROM failures f JOIN members m"
    " ON m.chat = f.chat AND m.account = f.account"
    " WHERE f.chat = $1 AND f.account = $2 AND f.last <= m.delivered"
)

_OWN = (
    "SELECT 1 FROM events WHERE chat = $1 AND seq = $2 AND sender = $3 AND hidden = 0"
    " AND kind IN ('message', 'invite')"
)
_OF = (
    "SELECT account, first, last, reason, attempts, at, ended FROM failures"
    " WHERE chat = $1 AND first <= $2 AND last >= $2 AND reason <> 'gone'"
)
_RETRIED = "UPDATE failures SET ended = 1 WHERE chat = $1 AND account = $2 AND first = $3"


class Failures:
    """See the module."""

    def __init__(self, store: Store, delivery: Delivery) -> None:
        self._store = store
        self._delivery = delivery

    async def open(self) -> None:
        """Learn which there are."""
        known = await self._store.read(
            lambda reader: reader.fetch("SELECT DISTINCT chat, account FROM failures")
        )
        self._delivery.failed.update((chat, user) for chat, user in known)

    async def fail(
        self, chat: str, user: str, first: int, last: int, reason: FailureReason, attempts: int
    ) -> None:
        """Record what of [first, last] has not reached the user, and tell the senders, if somebody
        else sent any of it. May be repeated.
        """
        # Before the commit: a mark in the same one must find that there is something to end.
        self._delivery.failed.add((chat, user))

        async def work(tx: Tx) -> tuple[int, int, list[str]]:
            await lock_chats(tx, chat)  # the mark must not rise unseen
            if reason == "expired":
                await tx.execute(EXPIRED, chat, user, last)
            marks = await tx.fetch(_DELIVERED, chat, user)
            begin = max(first, marks[0][0] + 1) if marks else first
            senders = await _senders(chat, user, begin, last, tx)
            if not senders:
                return tx.now, begin, senders
            if reason == "expired":
                # One failure that grows, not one more each time that something expires.
                before = (await tx.fetch(_EXPIRED_BEFORE, chat, user))[0][0]
                begin = min(begin, before or begin)
            await tx.execute(_FAIL, chat, user, begin, last, reason, attempts, tx.now)
            await tx.execute("UPDATE chats SET change = $2 WHERE id = $1", chat, tx.change)
            await note(tx, "failed", f"{chat} {user}")
            return tx.now, begin, senders

        at, begin, senders = await self._store.transact(work)
        if senders:
            failure = results.Failure(chat, user, begin, last, reason, attempts, at)
            self._delivery.tell(senders, pushes.Failed(failure))

    async def end(self, chat: str, user: str) -> None:
        """What had failed has arrived after all."""

        async def work(tx: Tx) -> tuple[list[Row], bool]:
            await lock_chats(tx, chat)
            ended = await tx.fetch(_ENDED, chat, user)
            for first, *_ in ended:
                await tx.execute(
                    "DELETE FROM failures WHERE chat = $1 AND account = $2 AND first = $3",
                    chat,
                    user,
                    first,
                )
            if ended:
                await tx.execute("UPDATE chats SET change = $2 WHERE id = $1", chat, tx.change)
            left = await tx.fetch(
                "SELECT 1 FROM failures WHERE chat = $1 AND account = $2 LIMIT 1", chat, user
            )
            return ended, bool(left)

        ended, left = await self._store.transact(work)
        if not left:
            self._delivery.failed.discard((chat, user))
        for first, last, reason, attempts, at, known in ended:
            if not known:
                failure = results.Failure(chat, user, first, last, reason, attempts, at, ended=True)
                await self._tell(failure)

    async def retry(self, chat: str, sender: str, seq: int) -> list[tuple[str, int]]:
        """Nobody whom this message of the sender did not reach counts as failed any more, as far
        as there is an account to reach. Those people, and up to which event each is to be tried;
        also those that were retried before.
        """

        async def work(tx: Tx) -> list[Row]:
            if not await tx.fetch(_OWN, chat, seq, sender):
                return []
            failed = await tx.fetch(_OF, chat, seq)
            for user, first, *_ in failed:
                await tx.execute(_RETRIED, chat, user, first)
            if failed:
                await tx.execute("UPDATE chats SET change = $2 WHERE id = $1", chat, tx.change)
            return failed

        failed = await self._store.transact(work)
        for user, first, last, reason, attempts, at, ended in failed:
            if not ended:
                failure = results.Failure(chat, user, first, last, reason, attempts, at, ended=True)
                await self._tell(failure)
        return [(row[0], row[2]) for row in failed]

    async def _tell(self, failure: results.Failure) -> None:
        # A year of messages, maybe: not while the writer waits.
        senders = await self._store.read(
            partial(_senders, failure.chat, failure.user, failure.first, failure.last)
        )
        self._delivery.tell(senders, pushes.Failed(failure))


async def _senders(chat: str, user: str, first: int, last: int, reader: Reader) -> list[str]:
    """Who sent the user something of [first, last]."""
    return [row[0] for row in await reader.fetch(_SENDERS, chat, first, last, user)]
