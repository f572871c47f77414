"""`Sending`: a message on its way, to be waited for."""

import asyncio

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.results import Accepted
from chinwag.sdk.changes import ChatChanged, Update
from chinwag.sdk.errors import Closed, Discarded
from chinwag.sdk.state import State
from chinwag.sdk.ticks import Tick, tick


class Sending:
    """One message in the outbox or, later, in the log.

    Attributes:
        chat, client_id: where it goes, and its id for ever.
    """

    def __init__(self, waiting: "Waiting", chat: str, client_id: str) -> None:
        self.chat = chat
        self.client_id = client_id
        self._waiting = waiting
        self._done: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self._done.add_done_callback(_retrieve)

    @property
    def result(self) -> Accepted | None:
        """The server's answer, once there is one."""
        if self._done.done() and not self._done.cancelled() and not self._done.exception():
            return self._done.result()
        return None

    async def accepted(self) -> Accepted:
        """Wait until the server has stored it durably (one tick), however long that takes.

        Raises:
            ChinwagError: the server refused it; it waits as failed in the outbox.
            Discarded: it was taken back.
            Closed: the client was closed. With a durable store the message goes out later.
        """
        return await asyncio.shield(self._done)

    async def delivered(self) -> None:
        """Wait until a device of every recipient has it (two ticks). For ever, if none will."""
        await self._reach(Tick.DELIVERED)

    async def read(self) -> None:
        """Wait until every recipient has read it (blue ticks)."""
        await self._reach(Tick.READ)

    async def _reach(self, level: Tick) -> None:
        accepted = await self.accepted()
        await self._waiting.until(self.chat, accepted.seq, level)


class Waiting:
    """All who wait for what becomes of own messages."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._sendings: dict[str, Sending] = {}
        self._levels: dict[str, list[tuple[int, Tick, asyncio.Future[None]]]] = {}

    def sending(self, chat: str, client_id: str) -> Sending:
        """The one `Sending` of a message in the outbox."""
        known = self._sendings.get(client_id)
        if known is None:
            known = self._sendings[client_id] = Sending(self, chat, client_id)
        return known

    def settle(self, client_id: str, result: Accepted | ChinwagError | Discarded) -> None:
        """The message's fate is known (until it is retried)."""
        sending = self._sendings.pop(client_id, None)
        if sending is None or sending._done.done():
            return
        if isinstance(result, Accepted):
            sending._done.set_result(result)
        else:
            sending._done.set_exception(result)

    async def until(self, chat: str, seq: int, level: Tick) -> None:
        """Wait until the own message at ``seq`` has come as far as ``level``."""
        if self._reached(chat, seq, level):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = seq, level, future
        self._levels.setdefault(chat, []).append(entry)
        try:
            await future
        finally:
            self._levels[chat].remove(entry)

    def notice(self, update: Update) -> None:
        """Wake those for whom the ticks have come far enough."""
        if not isinstance(update, ChatChanged) or update.what != "ticks":
            return
        for seq, level, future in self._levels.get(update.chat, ()):
            if not future.done() and self._reached(update.chat, seq, level):
                future.set_result(None)

    def end(self, error: Exception | None) -> None:
        """No more will come."""
        reason = error or Closed("the client was closed")
        for sending in self._sendings.values():
            if not sending._done.done():
                sending._done.set_exception(reason)
        for waiters in self._levels.values():
            for _, _, future in waiters:
                if not future.done():
                    future.set_exception(reason)

    def _reached(self, chat_id: str, seq: int, level: Tick) -> bool:
        chat = self._state.chats.get(chat_id)
        return chat is not None and level <= tick(chat, seq) <= Tick.READ


def _retrieve(future: asyncio.Future[Accepted]) -> None:
    """A refusal that nobody waits for is no programming error: it stands in the outbox."""
    if not future.cancelled():
        future.exception()
