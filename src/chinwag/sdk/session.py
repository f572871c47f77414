"""One session over one connection: hello, sync, then heartbeats and repairs until it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from chinwag.protocol import limits, pushes, version
from chinwag.protocol.commands import Chat, Command, Heartbeat, History, Sync, Users, Watch
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.pushes import Push
from chinwag.protocol.results import Beat, CaughtUp, Head, UserList
from chinwag.sdk.connection import Connection
from chinwag.sdk.errors import CloseInfo, SdkError, Timeout
from chinwag.sdk.replica import Replica

ANSWER_SECONDS = 20.0
SYNC_SECONDS = 60.0
# Between two tries of a question that was refused for the moment.
RETRY_SECONDS = 2.0
# A gap may be filled by a push that is under way.
GAP_SECONDS = 0.3


class Looks:
    """What the person looks at; told anew to each session."""

    def __init__(self) -> None:
        self.foreground = False
        self.watch = Watch()


class Session:
    """See the module. ``run`` it once."""

    def __init__(self, replica: Replica, looks: Looks, push: Callable[[Push], None]) -> None:
        self._replica = replica
        self._looks = looks
        self._told = push
        self._hello: asyncio.Future[pushes.Hello] = asyncio.get_running_loop().create_future()
        self._synced: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._heartbeat = 25.0
        self._gap_until: float | None = None
        self.reconnect_after: float | None = None

    async def run(
        self,
        open_connection: Callable[[Callable[[Push], None]], Awaitable[Connection]],
        begin: Callable[[Connection], None],
    ) -> CloseInfo:
        """Open a connection, catch up, call ``begin``, and stay until the connection ends.

        Raises:
            Refused, OSError, Timeout: it did not open.
            StoreError: the session is another account's than the store.
        """
        connection = await open_connection(self._push)
        try:
            await self._greet(connection)
            await self._sync(connection)
            begin(connection)
            await self._stay(connection)
        except (SdkError, ChinwagError):
            if not connection.closed.done():
                raise
        finally:
            connection.abort()
        return await asyncio.shield(connection.closed)

    def beat_now(self, connection: Connection) -> None:
        """Tell a changed foreground flag at once."""
        connection.post(Heartbeat(foreground=self._looks.foreground))

    # --- steps -------------------------------------------------------------------------------

    async def _greet(self, connection: Connection) -> None:
        first: tuple[asyncio.Future[Any], ...] = (self._hello, connection.closed)
        done, _ = await asyncio.wait(
            first,
            timeout=ANSWER_SECONDS,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not done:
            raise Timeout("the server did not say hello")
        if not self._hello.done():
            return
        hello = self._hello.result()
        self._heartbeat = float(hello.heartbeat)
        self._replica.greet(hello)

    async def _sync(self, connection: Connection) -> None:
        self._replica.acks.attach(connection)
        answer = await self._ask_sync(connection)
        if answer.reset:
            self._replica.reset()
            answer = await self._ask_sync(connection)
        self._replica.caught_up(answer.since)
        self._replica.acknowledge(self._synced)
        self._synced.clear()

    async def _ask_sync(self, connection: Connection) -> CaughtUp:
        sync = Sync(since=self._replica.state.since, features=version.FEATURES)
        return cast("CaughtUp", await self._ask(connection, sync, within=SYNC_SECONDS))

    async def _stay(self, connection: Connection) -> None:
        """Heartbeats and repairs, both until the connection ends."""
        connection.post(Heartbeat(foreground=self._looks.foreground))
        if self._looks.watch != Watch():
            connection.submit(self._looks.watch, lambda _: None)
        self._replica.needs.wake = self._wake.set
        self._gap_until = 0.0  # what the sync left open will not close by itself
        self._wake.set()
        work = [
            asyncio.ensure_future(self._beats(connection)),
            asyncio.ensure_future(self._repairs(connection)),
        ]
        try:
            ends: list[asyncio.Future[Any]] = [connection.closed, *work]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        for task in work:
            if not task.cancelled() and (error := task.exception()):
                raise error

    async def _beats(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(self._heartbeat)
            beat: Beat = await connection.request(
                Heartbeat(foreground=self._looks.foreground), ANSWER_SECONDS
            )
            if beat.sync:
                await self._sync(connection)

    async def _repairs(self, connection: Connection) -> None:
        """Fetch what is missing, one thing at a time."""
        needs = self._replica.needs
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._fetch_chats(connection)
            await self._fetch_users(connection)
            if needs.ranges and self._gap_over():
                await self._fetch_ranges(connection)

    def _gap_over(self) -> bool:
        """Whether a gap has had its time to close by itself; wakes the repairs when it has."""
        loop = asyncio.get_running_loop()
        if self._gap_until is None:
            self._gap_until = loop.time() + GAP_SECONDS
            loop.call_later(GAP_SECONDS, self._wake.set)
        if loop.time() < self._gap_until:
            return False
        self._gap_until = None
        return True

    async def _fetch_chats(self, connection: Connection) -> None:
        needs, state = self._replica.needs, self._replica.state
        while needs.chats:
            name = next(iter(needs.chats))
            del needs.chats[name]
            await self._ask(connection, Chat(chat=name), self._absorb_head)
            state.forget_orphans(name)

    async def _fetch_users(self, connection: Connection) -> None:
        needs, state = self._replica.needs, self._replica.state
        while needs.users:
            ids = tuple(needs.users)[: limits.USERS_PER_CALL]
            for user in ids:
                del needs.users[user]
            unknown = tuple(user for user in ids if user not in state.users)
            if unknown:
                await self._ask(connection, Users(ids=unknown), self._absorb_users)

    async def _fetch_ranges(self, connection: Connection) -> None:
        needs = self._replica.needs
        while needs.ranges:
            name = next(iter(needs.ranges))
            del needs.ranges[name]
            chat = self._replica.state.chats.get(name)
            if chat is not None and (hole := chat.missing()):
                await self._fetch_range(connection, name, *hole)
            if needs.chats:
                await self._fetch_chats(connection)

    async def _fetch_range(self, connection: Connection, chat: str, first: int, last: int) -> None:
        """Fetch one page of a hole; what is left of it is noted as a need again."""
        limit = min(limits.HISTORY_PAGE, last - first + 1)

        def absorb(page: Any) -> None:
            through = page.events[-1].seq if page.events and page.newer else last
            state = self._replica.state
            self._replica.absorb(state.merge_page(page, first, min(through, last)))

        await self._ask(connection, History(chat=chat, after=first - 1, limit=limit), absorb)

    async def _ask(
        self,
        connection: Connection,
        command: Command,
        absorb: Callable[[Any], None] | None = None,
        within: float = ANSWER_SECONDS,
    ) -> Any:
        """A question of our own, asked until it is answered; None if it is refused for good."""
        while True:
            try:
                return await connection.request(command, within, absorb)
            except ChinwagError as error:
                if not error.kind.retry:
                    return None
                await asyncio.sleep(error.retry_after / 1000 or RETRY_SECONDS)

    # --- in ----------------------------------------------------------------------------------

    def _push(self, push: Push) -> None:
        if isinstance(push, pushes.Hello):
            if not self._hello.done():
                self._hello.set_result(push)
            return
        if isinstance(push, pushes.Goodbye):
            self.reconnect_after = push.reconnect_after / 1000
        elif isinstance(push, pushes.Heads):
            self._synced.update(dict.fromkeys(head.chat for head in push.heads))
        elif isinstance(push, pushes.Event):
            self._acknowledge_repeat(push)
        self._told(push)

    def _acknowledge_repeat(self, push: pushes.Event) -> None:
        """The server hands an event over again when it has not seen our mark."""
        chat = self._replica.state.chats.get(push.event.chat)
        if chat is not None and push.event.seq <= chat.stored:
            self._replica.acknowledge((chat.id,))

    def _absorb_head(self, head: Head) -> None:
        self._replica.absorb(self._replica.state.merge_head(head))

    def _absorb_users(self, users: UserList) -> None:
        self._replica.absorb(self._replica.state.merge_users(users))
