"""Messages that hold a file. Unlike others they are a transaction of their own: the file must be
the sender's to show, and be noted as used, in the commit that stores the message.
"""

from chinwag.protocol import commands, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.frames import encode
from chinwag.server.delivery.locks import lock_accounts, lock_chats
from chinwag.server.ports.store import Entry, Outcome, Store, Tx
from chinwag.server.services import files
from chinwag.server.services.chats import Chats
from chinwag.server.services.log import Log
from chinwag.server.services.messages import Messages, first_answer
from chinwag.server.sessions.session import Session

_USE = "INSERT INTO file_uses (chat, seq, file, kind) VALUES ($1, $2, $3, $4)"


class Attaching:
    """Sends them."""

    def __init__(self, store: Store, chats: Chats, messages: Messages, log: Log) -> None:
        self._store = store
        self._chats = chats
        self._messages = messages
        self._log = log

    async def send(self, session: Session, command: commands.Send) -> results.Accepted:
        """Store a message with its file, behind what this session has sent before. A repeat is
        answered as the first time, whatever became of the file.

        Raises:
            ChinwagError: no_such_file, file_not_ready, client_id_reused; or it may not be sent.
        """
        await self._log.behind(session)
        answer = await self._store.transact(lambda tx: self._place(tx, session, command))
        if not answer.read_count:
            seat = (await self._chats.roster(answer.chat)).seat(session.user)
            answer.read_count = seat.read_count
        return answer

    async def _place(self, tx: Tx, session: Session, command: commands.Send) -> results.Accepted:
        # The account's lock: the same command by way of two nodes is carried out once.
        await lock_accounts(tx, session.user)
        first = await first_answer(tx, session.user, command)
        if first is not None:
            return first
        await lock_chats(tx, command.chat)
        roster = await self._chats.enter(tx, command.chat, session.user)
        entry = self._messages.entry(session, command, roster, _unheard)
        held = await files.take(tx, command.file or "", session.user)
        body = command.body
        entry.body = encode(type(body)(body.text, body.reply_to, body.mentions, held.shown()))
        entry.alert = entry.counted
        await tx.append(entry, bump=False)
        assert entry.outcome is Outcome.APPENDED
        await tx.execute(_USE, entry.chat, entry.seq, held.id, held.kind)
        return _accepted(entry)


def _accepted(entry: Entry) -> results.Accepted:
    return results.Accepted(entry.chat, entry.seq, entry.at, entry.count, entry.read_count)


def _unheard(_: results.Accepted | ChinwagError) -> None:
    """The answer goes its own way, since a repeat has no commit that would bring it."""
