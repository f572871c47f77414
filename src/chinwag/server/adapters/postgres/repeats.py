"""Client ids that stand in the log already: found by its unique index, never by looking first."""

from chinwag.server.adapters.postgres.link import Session
from chinwag.server.ports.store import Entry, Outcome

_FIND = (
    "SELECT wanted.n, e.chat, e.seq, e.at, e.count, e.digest, e.answer"
    " FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (client_id, sender, n)"
    " JOIN events e ON e.client_id = wanted.client_id AND e.sender = wanted.sender"
)


async def find(session: Session, entries: list[Entry]) -> None:
    """Give entries whose client id stands in the log their outcome, and the first answer."""
    asked = [entry for entry in entries if entry.client_id is not None]
    ids, senders = [e.client_id for e in asked], [e.sender for e in asked]
    for n, chat, seq, at, count, digest, answer in await session.fetch(_FIND, ids, senders):
        entry = asked[n - 1]
        if chat != entry.chat or digest != entry.digest:
            entry.outcome = Outcome.REUSED
            continue
        entry.outcome = Outcome.REPEAT
        entry.seq, entry.at, entry.count = seq, at, count
        entry.answer = None if answer is None else answer.encode()
