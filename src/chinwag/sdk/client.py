"""`Client`: a device of one account, connected or not."""

import asyncio
import ssl
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from chinwag.protocol import errors as catalogue
from chinwag.protocol.commands import (
    Arrange,
    Chat,
    Command,
    Delete,
    History,
    Info,
    OpenDirect,
    Retry,
    Typing,
    Watch,
)
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Body, Event, Message
from chinwag.protocol.files import File
from chinwag.protocol.http import Server, SignedIn, SignIn, SignUp
from chinwag.protocol.results import Head, MessageInfo, Mine, Page, User
from chinwag.protocol.scalars import Doing, FileKind
from chinwag.sdk import accounts
from chinwag.sdk.attachments import Attachment, Source, attach
from chinwag.sdk.changes import Status
from chinwag.sdk.engine import Engine
from chinwag.sdk.errors import SdkError, Timeout
from chinwag.sdk.files import Files, file_of
from chinwag.sdk.groups import Groups, Person, PictureSource, new_id, user_id
from chinwag.sdk.outbox import Outbox
from chinwag.sdk.people import OwnBots, OwnDevices, People
from chinwag.sdk.sending import Sending
from chinwag.sdk.sqlite import SqliteStore
from chinwag.sdk.state import State
from chinwag.sdk.store import MemoryStore, Store
from chinwag.sdk.streams import EventStream, UpdateStream
from chinwag.sdk.ticks import Tick, tick
from chinwag.sdk.uploads import Progress

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
        files, groups, people, devices, bots: the other commands, by subject.
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
        self._engine = Engine(url, token, _opened(store), tls=tls, depth=depth)
        self._link = self._engine.link
        self.files = Files(self, self._engine.transport, self._engine.uploads)
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
        self._engine.start()

    async def close(self) -> None:
        """Send the read marks, close the connection and the store. Iterators end, and whoever
        waits gets `Closed`.
        """
        await self._engine.close()

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
        return self._engine.state

    @property
    def outbox(self) -> Outbox:
        """Messages that wait to be sent, or failed: to list, retry and discard."""
        return self._engine.outbox

    @property
    def user(self) -> str:
        """Own user id; empty until the first connection."""
        return self.state.user

    def updates(self) -> UpdateStream:
        """Notes of everything that changes from now on: chats, ticks, people, presence, typing,
        outbox, status. Repeats of one note wait as one, so a slow reader costs nothing. Ends
        when the client is closed; raises `SignedOut` if the session ended for good.
        """
        return self._engine.replica.updates()

    def events(
        self, *, kinds: type[Body] | Iterable[type[Body]] = (), own: bool = False
    ) -> EventStream:
        """New entries of the logs, of all ``kinds`` if none are given: those of others and of
        other own devices, with ``own`` also those that this client sent. Each comes once per
        store, per chat without gaps and in order, however slow the reader is. The first reader
        begins with what no reader was handed yet. Ends as `updates` does.
        """
        wanted = (kinds,) if isinstance(kinds, type) else tuple(kinds)
        replica = self._engine.replica
        return replica.events(EventStream(replica, wanted, own))

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
        return self._engine.page(command) or await self._engine.fetch(command)

    def tick(self, chat: str, seq: int) -> Tick:
        """The mark of the own message at ``seq``; for one without a seq, see `outbox`."""
        return tick(self.state.chats[chat], seq)

    def typing_in(self, chat: str, doing: Doing = "typing") -> tuple[str, ...]:
        """Who types in the chat just now, or records a voice message for it."""
        return self.state.typing(chat, time.monotonic(), doing)

    # --- writing -----------------------------------------------------------------------------

    async def send(
        self,
        to: Person,
        text: str,
        *,
        reply_to: int | None = None,
        mentions: Iterable[Person] = (),
        client_id: str | None = None,
        forward: File | Event | None = None,
    ) -> Sending:
        """Put a message on its way, and return once it is safe in the outbox. ``to``: a chat id,
        a `User`, or a user id (whose direct chat is opened if need be). ``client_id``: the same
        one again sends nothing new. ``forward``: a file that one can see goes with it, without
        being uploaded again.

        Raises:
            OutboxFull: too many wait.
            ChinwagError, Timeout, Closed: as `call`, if the direct chat had to be opened.
        """
        chat = await self._chat_of(to)
        body = Message(
            text=text,
            reply_to=reply_to,
            mentions=tuple(user_id(it) for it in mentions),
            file=None if forward is None else file_of(forward),
        )
        return self._queue(chat, body, client_id or new_id())

    async def send_file(
        self,
        to: Person,
        source: Source,
        *,
        kind: FileKind | None = None,
        caption: str = "",
        name: str = "",
        media_type: str = "",
        reply_to: int | None = None,
        mentions: Iterable[Person] = (),
        client_id: str | None = None,
        progress: Progress | None = None,
    ) -> Sending:
        """Put a message with a file on its way, and return once it is safe in the outbox. It goes
        out when all of the file is on the server, and those behind it in the chat wait for it;
        with a store also over a restart of the program. ``source``: a path, which is read while it
        is uploaded; or bytes, an open binary file or pieces as they come, of which a copy is kept
        until then. ``kind``: None makes photos and videos of what every client shows as such, and
        documents of all else. ``progress`` is called with bytes done and in all.

        Raises:
            OSError: the source cannot be read, or the copy not be written.
            OutboxFull, ChinwagError, Timeout, Closed: as `send`.
        """
        chat = await self._chat_of(to)
        client_id = client_id or new_id()
        if client_id in self.outbox:
            return self._engine.waiting.sending(chat, client_id)
        folder = self._engine.transport.folder
        attachment = await attach(source, folder, client_id, kind, name, media_type)
        people = tuple(user_id(it) for it in mentions)
        body = Message(text=caption, reply_to=reply_to, mentions=people)
        try:
            sending = self._queue(chat, body, client_id, attachment)
        except SdkError:
            attachment.discard()
            raise
        if progress is not None:
            self._engine.uploads.follow(client_id, progress)
        return sending

    def read(self, chat: str, seq: int | None = None) -> None:
        """The person has seen everything up to ``seq`` (default: the newest) on screen. Told to
        the server about a second later; kept until it has it.
        """
        if (held := self.state.chats.get(chat)) is None:
            return
        seq = held.last if seq is None else min(seq, held.last)
        if seq > held.mine.read:
            self._engine.replica.absorb(self.state.read(chat, seq))
            self._engine.reads.add(chat, seq)

    def flush_reads(self) -> None:
        """Tell the read marks now."""
        self._engine.reads.flush()

    def typing(self, chat: str, active: bool = True, doing: Doing = "typing") -> None:
        """Show others that one types, or records; repeat every 4 s. Nothing happens when offline.
        A server that knows nothing of recording is told of typing.
        """
        if self._link.connection is not None:
            told = doing if "recording" in self.state.features else "typing"
            self._link.connection.post(Typing(chat=chat, active=active, doing=told))

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

    async def retry(self, chat: str, seq: int) -> None:
        """Have an own message that failed delivered once more to all whom it did not reach.

        Raises:
            ChinwagError: not_found, when there is none such; or as `call`.
        """
        await self.call(Retry(chat=chat, seq=seq))

    async def delete(self, chat: str, seq: int) -> None:
        """Delete an own message for everyone, with its file unless another message holds that.

        Raises:
            ChinwagError: ``too_late``; or as `call`.
        """
        await self.call(Delete(chat=chat, client_id=new_id(), seq=seq))

    async def arrange(self, chat: str, **settings: Any) -> Mine:
        """``muted_until`` (ms, 0 unmutes), ``pinned``, ``archived``, ``unread``."""
        if settings.get("unread"):
            self.flush_reads()  # a receipt that comes behind would take the dot away again
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
        return await self._engine.call(command, within)

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

    def _queue(
        self, chat: str, body: Message, client_id: str, attachment: Attachment | None = None
    ) -> Sending:
        if self._link.failure is not None:
            raise self._link.failure
        sending = self._engine.waiting.sending(chat, client_id)
        self.outbox.add(chat, body, client_id, attachment)
        return sending

    async def picture(self, source: PictureSource) -> str:
        """The id that stands for a person's or a group's picture: of one that is uploaded for it,
        or the one given; empty for none.
        """
        if isinstance(source, str):
            return source
        return (await self.files.upload(source, kind="avatar")).id

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


def _opened(store: str | Path | Store | None) -> Store:
    if store is None:
        return MemoryStore()
    return SqliteStore(store) if isinstance(store, str | Path) else store
