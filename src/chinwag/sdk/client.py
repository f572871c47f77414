"""`Client`: a device of one account, connected or not."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import msgspec

from chinwag.protocol import errors as catalogue
from chinwag.protocol import pushes
from chinwag.protocol.commands import (
    Arrange,
    Chat,
    Command,
    History,
    Info,
    OpenDirect,
    Typing,
    Watch,
)
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Body, Message
from chinwag.protocol.http import Server, SignedIn, SignIn, SignUp
from chinwag.protocol.results import Accepted, Head, MessageInfo, Mine, Page, User
from chinwag.sdk import accounts
from chinwag.sdk.absorbing import absorb
from chinwag.sdk.changes import Found, OutboxChanged, Status
from chinwag.sdk.connection import Connection
from chinwag.sdk.errors import Closed, Discarded, SdkError, Timeout
from chinwag.sdk.groups import Groups, Person, new_id, user_id
from chinwag.sdk.link import Link
from chinwag.sdk.marks import Reads
from chinwag.sdk.outbox import Outbox
from chinwag.sdk.pages import local_page, span
from chinwag.sdk.people import OwnBots, OwnDevices, People
from chinwag.sdk.replica import Replica
from chinwag.sdk.sending import Sending, Waiting
from chinwag.sdk.sqlite import SqliteStore
from chinwag.sdk.state import TYPING_SECONDS, State
from chinwag.sdk.store import Entry, MemoryStore, Store
from chinwag.sdk.streams import EventStream, UpdateStream
from chinwag.sdk.ticks import Tick, tick

CALL_SECONDS = 30.0


class Client:
    """A device. Use it as ``async with client:``; it connects in the background, reconnects by
    itself and repairs what it missed. Without a network reading and sending go on from the
    store and into the outbox.

    Args:
        url: the server's address, ``http(s)://`` or ``ws(s)://``.
        token: from `sign_up`, `sign_in` or a bot's owner.
        store: a file that keeps chats, marks and unsent messages over restarts, for one client
            at a time. None: in memory; what the person has not read counts as new at the start.
        tls: for a server whose certificate the system does not know.
        depth: how many messages of one chat may be on their way at once. With more than one,
            a passing refusal (`rate_limited`, `busy`) can let later ones overtake.

    Attributes:
        groups, people, devices, bots: the other commands, by subject.
        outbox: messages that wait, or failed.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        store: str | Path | Store | None = None,
        tls: ssl.SSLContext | None = None,
        depth: int = 1,
    ) -> None:
        self.url = url
        self.token = token
        self._tls = tls
        self._store: Store = _opened(store)
        self._replica = Replica(self._store)
        saved = self._store.load()
        self._replica.restore(saved)
        self._waiting = Waiting(self.state)
        self._replica.hub.listen(self._waiting.notice)
        self._replica.fetch = self._fetch
        self.outbox = Outbox(self._store, saved.outbox, self._outbox_changed, depth=depth)
        self.state.outgoing = self.outbox
        self._replica.found = self._found
        self._reads = Reads(saved.reads, self._keep_reads)
        self._link = Link(url, token, self._replica, push=self._push, attach=self._attach, tls=tls)
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self.groups = Groups(self)
        self.people = People(self)
        self.devices = OwnDevices(self)
        self.bots = OwnBots(self)

    # --- before there is a token -------------------------------------------------------------

    @classmethod
    async def sign_up(
        cls,
        url: str,
        handle: str,
        name: str,
        password: str,
        *,
        device: str = "a device",
        invite: str | None = None,
        claim: str | None = None,
        store: str | Path | Store | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> Self:
        """Make an account, and a client for it whose ``token`` is to be kept.

        Raises:
            ChinwagError: refused; e.g. ``handle_taken``, ``weak_password``, ``sign_up_closed``.
            OSError: the server is not reachable.
        """
        form = SignUp(
            handle=handle,
            name=name,
            password=password,
            device=device,
            invite=invite,
            claim=claim,
        )
        return cls._signed_in(url, await accounts.sign_up(url, form, tls=tls), store, tls)

    @classmethod
    async def sign_in(
        cls,
        url: str,
        handle: str,
        password: str,
        *,
        device: str = "a device",
        store: str | Path | Store | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> Self:
        """Sign in as a new device, with a client whose ``token`` is to be kept.

        Raises:
            ChinwagError: refused; e.g. ``wrong_credentials``, ``rate_limited``.
            OSError: the server is not reachable.
        """
        form = SignIn(handle=handle, password=password, device=device)
        return cls._signed_in(url, await accounts.sign_in(url, form, tls=tls), store, tls)

    @staticmethod
    async def server(url: str, *, tls: ssl.SSLContext | None = None) -> Server:
        """What the server at ``url`` is. Raises OSError."""
        return await accounts.server(url, tls=tls)

    async def sign_out(self) -> None:
        """Make the token void, and close. Raises ChinwagError, OSError."""
        await accounts.sign_out(self.url, self.token, tls=self._tls)
        await self.close()

    # --- life --------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begin to connect."""
        if self._closed:
            raise Closed("the client was closed")
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Send the read marks, close the connection and the store. Iterators end, and whoever
        waits gets `Closed`.
        """
        if self._closed:
            return
        self._closed = True
        self._reads.flush()
        if (connection := self._link.connection) is not None:
            with contextlib.suppress(Exception):
                await connection.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._finish(Closed("the client was closed"))
        self._replica.close()

    @property
    def status(self) -> Status:
        """State of the link: see `changes.Status`."""
        return self._link.status

    @property
    def trouble(self) -> Exception | None:
        """Why there is no connection, if there is none."""
        return self._link.failure or self._link.trouble

    @property
    def caught_up(self) -> bool:
        """Whether everything there was at the time of connecting is known here."""
        return self._link.connection is not None

    async def wait_online(self, within: float = CALL_SECONDS) -> None:
        """Wait until connected and caught up.

        Raises:
            Timeout: not within so many seconds.
            SignedOut, Closed: it never will be.
        """
        try:
            async with asyncio.timeout(within):
                await self._link.online()
        except TimeoutError:
            raise Timeout(f"not online within {within:g} s") from self.trouble

    def reconnect_now(self) -> None:
        """Try at once: the program knows that the network is back."""
        self._link.hurry()

    # --- reading -----------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """All that is known. Read it freely between awaits; never change it."""
        return self._replica.state

    @property
    def user(self) -> str:
        """Own user id; empty until the first connection."""
        return self.state.user

    def updates(self) -> UpdateStream:
        """Notes of everything that changes from now on: chats, ticks, people, presence, typing,
        outbox, status. Repeats of one note wait as one, so a slow reader costs nothing. Ends
        when the client is closed; raises `SignedOut` if the session ended for good.
        """
        return self._replica.updates()

    def events(
        self, *, kinds: type[Body] | Iterable[type[Body]] = (), own: bool = False
    ) -> EventStream:
        """New entries of the logs, of all ``kinds`` if none are given: those of others and of
        other own devices, with ``own`` also those that this client sent. Each comes once per
        store, per chat without gaps and in order, however slow the reader is. The first reader
        begins with what no reader was handed yet. Ends as `updates` does.
        """
        wanted = (kinds,) if isinstance(kinds, type) else tuple(kinds)
        return self._replica.events(EventStream(self._replica, wanted, own))

    async def history(
        self,
        chat: str,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 50,
    ) -> Page:
        """A page of a chat's log, oldest first: from here if it is known here, else from the
        server. At most one of ``before``, ``after`` and ``around``; none: the newest.

        Raises:
            ChinwagError, Timeout, Closed: as `call`.
        """
        command = History(chat=chat, before=before, after=after, around=around, limit=limit)
        held = self.state.chats.get(chat)
        if held is not None and (page := local_page(held, command, self._store)):
            return page
        return await self._fetch(command)

    def tick(self, chat: str, seq: int) -> Tick:
        """The mark of the own message at ``seq``; for one without a seq, see `outbox`."""
        return tick(self.state.chats[chat], seq)

    def typing_in(self, chat: str) -> tuple[str, ...]:
        """Who types in the chat just now."""
        return self.state.typing(chat, time.monotonic())

    # --- writing -----------------------------------------------------------------------------

    async def send(
        self,
        to: Person,
        text: str,
        *,
        reply_to: int | None = None,
        mentions: Iterable[Person] = (),
        client_id: str | None = None,
    ) -> Sending:
        """Put a message on its way, and return once it is safe in the outbox. ``to``: a chat id,
        a `User`, or a user id (whose direct chat is opened if need be). ``client_id``: the same
        one again sends nothing new.

        Raises:
            OutboxFull: too many wait.
            ChinwagError, Timeout, Closed: as `call`, if the direct chat had to be opened.
        """
        chat = await self._chat_of(to)
        people = tuple(user_id(it) for it in mentions)
        body = Message(text=text, reply_to=reply_to, mentions=people)
        if self._link.failure is not None:
            raise self._link.failure
        sending = self._waiting.sending(chat, client_id or new_id())
        self.outbox.add(chat, body, sending.client_id)
        return sending

    def read(self, chat: str, seq: int | None = None) -> None:
        """The person has seen everything up to ``seq`` (default: the newest) on screen. Told to
        the server about a second later; kept until it has it.
        """
        if (held := self.state.chats.get(chat)) is None:
            return
        seq = held.last if seq is None else min(seq, held.last)
        if seq > held.mine.read:
            self._replica.absorb(self.state.read(chat, seq))
            self._reads.add(chat, seq)

    def flush_reads(self) -> None:
        """Tell the read marks now."""
        self._reads.flush()

    def typing(self, chat: str, active: bool = True) -> None:
        """Show others that one types; repeat every 4 s. Nothing happens when offline."""
        if self._link.connection is not None:
            self._link.connection.post(Typing(chat=chat, active=active))

    def watch(self, chat: str | None = None, users: Iterable[Person] = ()) -> None:
        """What the person looks at: typing is told for the open chat, presence for the users."""
        looks = self._link.looks
        looks.watch = Watch(chat=chat, users=tuple(user_id(it) for it in users))
        if self._link.connection is not None:
            self._link.connection.post(looks.watch)

    @property
    def foreground(self) -> bool:
        """Whether the app is in front: 'online' for others. Set it; told at once."""
        return self._link.looks.foreground

    @foreground.setter
    def foreground(self, front: bool) -> None:
        if front != self._link.looks.foreground:
            self._link.looks.foreground = front
            self._link.look()

    async def profile(self, user: str) -> User:
        """Somebody's profile: from here if it is known here, else from the server. Raises as
        `call`; `ChinwagError` with ``not_found`` for somebody one has nothing to do with.
        """
        if user not in self.state.users:
            await self.people.users((user,))
        if known := self.state.users.get(user):
            return known
        raise ChinwagError(catalogue.NOT_FOUND)

    async def open_direct(self, user: Person) -> Head:
        """The one-to-one chat with somebody; with oneself: notes to self."""
        return cast("Head", await self.call(OpenDirect(user=user_id(user))))

    async def refresh(self, chat: str) -> Head:
        """Ask the server how the chat stands."""
        return cast("Head", await self.call(Chat(chat=chat)))

    async def info(self, chat: str, seq: int) -> MessageInfo:
        """Who received and read an own message, and when."""
        return cast("MessageInfo", await self.call(Info(chat=chat, seq=seq)))

    async def arrange(self, chat: str, **settings: Any) -> Mine:
        """``muted_until`` (ms, 0 unmutes), ``pinned``, ``archived``, ``unread``."""
        return cast("Mine", await self.call(Arrange(chat=chat, **settings)))

    async def call(self, command: Command, *, within: float = CALL_SECONDS) -> Any:
        """Any command, with the answer that `protocol.commands.ANSWERS` names; the state takes
        note of it. Waits for a connection, and asks again over the next one if it breaks: all
        commands may be repeated.

        Raises:
            ChinwagError: the server refused; ``error.kind.retry``: it may work later.
            Timeout: no answer within so many seconds; it may or may not have taken effect.
            SignedOut, Closed: there will be no answer.
        """
        try:
            async with asyncio.timeout(within):
                while True:
                    connection = await self._link.online()
                    try:
                        return await self._ask(connection, command, within)
                    except Closed:
                        if self._link.failure is not None:
                            raise self._link.failure from None
                        await asyncio.sleep(0)
        except TimeoutError:
            raise Timeout(f"no answer within {within:g} s") from self.trouble

    # --- inside ------------------------------------------------------------------------------

    @classmethod
    def _signed_in(
        cls,
        url: str,
        answer: SignedIn,
        store: str | Path | Store | None,
        tls: ssl.SSLContext | None,
    ) -> Self:
        client = cls(url, token=answer.token, store=store, tls=tls)
        client.state.user, client.state.device = answer.user.id, answer.device
        client.state.merge_users((answer.user,))
        return client

    async def _run(self) -> None:
        try:
            await self._link.run()
        except Exception as error:
            self._link.end(SdkError(f"the client broke: {error!r}"))
            self._finish(self._link.failure)
            raise
        self._finish(self._link.failure)

    def _finish(self, failure: Exception | None) -> None:
        if failure is not None:
            self._link.end(failure)
        quiet = type(failure) is Closed
        self._replica.hub.end(None if quiet else failure)
        self._waiting.end(failure)

    def _push(self, push: pushes.Push) -> None:
        state = self.state
        if isinstance(push, pushes.Typing):
            asyncio.get_running_loop().call_later(TYPING_SECONDS + 0.05, self._expire)
        self._replica.absorb(state.apply(push, time.monotonic()))

    def _found(self, found: Found) -> None:
        accepted = Accepted(
            chat=found.chat, seq=found.seq, at=found.at, count=found.count, read_count=0
        )
        self.outbox.resolve(found.client_id, accepted)

    def _expire(self) -> None:
        self._replica.absorb(self.state.expire(time.monotonic()))

    def _attach(self, connection: Connection | None) -> None:
        self._reads.attach(connection)
        if connection is None:
            self.outbox.detach()
        else:
            self.outbox.attach(connection)

    def _outbox_changed(self, entry: Entry, result: Accepted | ChinwagError | None) -> None:
        if isinstance(result, Accepted):
            changes = self.state.accept(result, entry.body, entry.client_id)
            self._replica.absorb(changes)
        if result is not None:
            self._waiting.settle(entry.client_id, result)
        elif entry.client_id not in self.outbox:
            self._waiting.settle(entry.client_id, Discarded("taken back"))
        self._replica.absorb((OutboxChanged(entry.chat, entry.client_id),))

    def _keep_reads(self, marks: dict[str, int]) -> None:
        if not self._closed:
            self._store.put_reads(marks)
            self._store.commit()

    async def _chat_of(self, to: Person) -> str:
        if isinstance(to, str) and to in self.state.chats:
            return to
        user = user_id(to)
        if known := self.state.direct(user):
            return known.id
        try:
            return (await self.open_direct(user)).chat
        except ChinwagError as error:
            if error.kind is catalogue.NOT_FOUND and isinstance(to, str):
                return to  # a chat that this device has not heard of yet; the server will judge
            raise

    async def _ask(self, connection: Connection, command: Command, within: float) -> Any:
        held = self.state.chats.get(getattr(command, "chat", ""))
        tip = held.tip if held else 0

        def seen(answer: msgspec.Struct) -> None:
            self._replica.absorb(absorb(self.state, command, answer, tip))

        return await connection.request(command, within, seen)

    async def _fetch(self, command: History) -> Page:
        page: Page = await self.call(command)
        if (held := self.state.chats.get(command.chat)) is not None:
            self._replica.absorb(self.state.merge_page(page, *span(held, command, page)))
        return page


def _opened(store: str | Path | Store | None) -> Store:
    if store is None:
        return MemoryStore()
    return SqliteStore(store) if isinstance(store, str | Path) else store
