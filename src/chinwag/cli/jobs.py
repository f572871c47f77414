"""What `chinwag send` and `chinwag tail` do, over any connected client: their own, or that of a
program which has the account open already (see `relay`).
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from chinwag.cli.names import title
from chinwag.cli.progress import Told
from chinwag.cli.text import one_line
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Event, Invite, Message
from chinwag.protocol.results import Accepted, User
from chinwag.protocol.scalars import Collection, FileKind
from chinwag.sdk import ChatState, Client, Discarded, SdkError, Sending, SignedOut, State, Timeout

REFUSED, USAGE, UNREACHABLE = 1, 2, 3
"""Exit codes of all commands that talk to a server; 0 is success."""
Wait = Literal["accepted", "delivered", "read"]
Line = dict[str, Any]
"""What a job tells, ready for JSON."""
_PAGE = 100
_NEWEST_CHATS = 200
_COLLECTIONS: tuple[Collection, ...] = ("media", "documents", "voice")


class Failed(Exception):
    """The job ends with these words and this exit code."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


class SendJob(Struct, tag="send"):
    """Put ``text`` into the chat that ``to`` names; wait so far, and for so many seconds in which
    nothing moves. ``file``: a path, absolute, of what goes with it, as a file of this ``kind`` and
    ``name``.
    """

    to: str
    text: str
    reply_to: int | None = None
    wait: Wait = "accepted"
    seconds: float = 30.0
    file: str = ""
    kind: FileKind | None = None
    name: str = ""


class DownloadJob(Struct, tag="download"):
    """Bring the file of a message here: of ``chat``, at ``seq`` or the newest one; to a folder or
    a path, absolute. Gives up after so many seconds without a connection.
    """

    chat: str
    to: str
    seq: int | None = None
    seconds: float = 30.0


class TailJob(Struct, tag="tail"):
    """Messages of ``chat`` (of all, if empty): the last ``count``, or all after the moment
    ``since`` (ms); and with ``follow`` those to come.
    """

    chat: str = ""
    count: int = 10
    since: int | None = None
    follow: bool = True


Job = SendJob | TailJob | DownloadJob


def run(client: Client, job: Job) -> AsyncIterator[Line]:
    """Do the job. Raises Failed."""
    match job:
        case SendJob():
            return _send(client, job)
        case TailJob():
            return _tail(client, job)
        case DownloadJob():
            return _download(client, job)


# --- send ----------------------------------------------------------------------------------------


async def _send(client: Client, job: SendJob) -> AsyncIterator[Line]:
    sending: Sending | None = None
    bytes_told = Told()
    try:
        async with asyncio.timeout(job.seconds):
            await client.wait_online(job.seconds)
            chat = await chat_named(client, job.to)
            sending = await _begin(client, chat, job, bytes_told)
        reached = asyncio.ensure_future(_reached(sending, job.wait))
        async for said in bytes_told.until(reached, job.seconds):
            yield said
        accepted = await reached
    except ChinwagError as error:
        if sending is not None:
            client.outbox.discard(sending.client_id)
        raise Failed(REFUSED, str(error)) from None
    except SignedOut as error:
        raise _signed_out(error) from None
    except (TimeoutError, SdkError) as error:
        raise Failed(UNREACHABLE, _unreached(client, job, sending, error)) from None
    except OSError as error:
        raise Failed(USAGE, f"{one_line(job.file)}: {error.strerror or error}") from None
    yield {"chat": accepted.chat, "seq": accepted.seq, "at": accepted.at, "state": job.wait}


async def _begin(client: Client, chat: str, job: SendJob, told: Told) -> Sending:
    if not job.file:
        return await client.send(chat, job.text, reply_to=job.reply_to)
    return await client.send_file(
        chat,
        job.file,
        kind=job.kind,
        caption=job.text,
        name=job.name,
        reply_to=job.reply_to,
        progress=told,
    )


async def _reached(sending: Sending, wait: Wait) -> Accepted:
    accepted = await sending.accepted()
    further = {"delivered": sending.delivered, "read": sending.read}.get(wait)
    if further is not None:
        await further()
    return accepted


def _signed_out(error: SignedOut) -> Failed:
    if error.replaced:
        return Failed(UNREACHABLE, "another program opened this account's session")
    return Failed(REFUSED, "the token is no longer valid: sign in again")


def _unreached(client: Client, job: SendJob, sending: Sending | None, error: Exception) -> str:
    """What is to be said of a message that did not come as far as was wanted."""
    if not isinstance(error, TimeoutError | Timeout | Discarded):
        return str(error)
    within = f"within {job.seconds:g} s"
    if sending is None:
        return f"the server was not reached {within}; nothing was sent"
    if sending.result is not None:
        return f"sent, but not {job.wait} {within}"
    if client.outbox.discard(sending.client_id):
        return f"not sent {within}, and taken back"
    return f"no answer {within}; it may or may not have been sent"


async def chat_named(client: Client, name: str) -> str:
    """The id of the chat that ``name`` means: a chat's id or whole name, or a person's handle.

    Raises:
        Failed: there is none, or there are several.
        ChinwagError: the server refused.
    """
    state = client.state
    if name in state.chats:
        return name
    handle = name.removeprefix("@").lower()
    if user := await _person(client, handle):
        known = state.direct(user.id)
        return known.id if known else (await client.open_direct(user)).chat
    wanted = name.casefold()
    found = [it for it in state.chats.values() if title(state, it).casefold() == wanted]
    if len(found) == 1:
        return found[0].id
    if found:
        raise Failed(USAGE, f"{len(found)} chats are called {name!r}: give a handle or an id")
    raise Failed(REFUSED, f"there is no chat and nobody called {one_line(name)!r}")


async def _person(client: Client, handle: str) -> User | None:
    for user in client.state.users.values():
        if user.handle == handle and not user.gone:
            return user
    if len(handle) < 3 or " " in handle:
        return None
    found = await client.people.find(handle)
    return next((it for it in found if it.handle == handle), None)


# --- download ------------------------------------------------------------------------------------


async def _download(client: Client, job: DownloadJob) -> AsyncIterator[Line]:
    bytes_told = Told()
    try:
        await client.wait_online(job.seconds)
        event = await _with_file(client, await chat_named(client, job.chat), job.seq)
        coming = client.files.download(event, job.to, progress=bytes_told)
        done = asyncio.ensure_future(coming)
        async for said in bytes_told.until(done):
            yield said
        path = await done
    except ChinwagError as error:
        raise Failed(REFUSED, str(error)) from None
    except SignedOut as error:
        raise _signed_out(error) from None
    except (ConnectionError, SdkError) as error:
        raise Failed(UNREACHABLE, str(error)) from None
    except OSError as error:
        raise Failed(USAGE, f"{one_line(job.to)}: {error.strerror or error}") from None
    yield {"path": str(path), "name": path.name if path else "", "seq": event.seq}


async def _with_file(client: Client, chat: str, seq: int | None) -> Event:
    """The message at ``seq``, or the newest that holds a file."""
    if seq is not None:
        page = await client.history(chat, before=seq + 1, limit=1)
        found = [it for it in page.events if it.seq == seq]
    else:
        pages = [await client.files.gallery(chat, of, limit=1) for of in _COLLECTIONS]
        found = sorted((it for page in pages for it in page.events), key=lambda it: it.seq)
    if not found or not isinstance(found[-1].body, Message) or found[-1].body.file is None:
        raise Failed(REFUSED, "there is no file there")
    return found[-1]


# --- tail ----------------------------------------------------------------------------------------


async def _tail(client: Client, job: TailJob) -> AsyncIterator[Line]:
    chat = ""
    try:
        if job.chat:
            await client.wait_online()
            chat = await chat_named(client, job.chat)
        elif not client.state.chats:
            await client.wait_online()
        stream = client.events(kinds=(Message, Invite), own=True)
        known = {it.id: it.last for it in client.state.chats.values()}
        for event in await _before(client, job, chat):
            yield line(client.state, event)
        if not job.follow:
            return
        async for event in stream:
            if event.seq > known.get(event.chat, 0) and chat in ("", event.chat):
                yield line(client.state, event)
    except ChinwagError as error:
        raise Failed(REFUSED, str(error)) from None
    except SignedOut as error:
        raise _signed_out(error) from None
    except SdkError as error:
        raise Failed(UNREACHABLE, str(error)) from None


async def _before(client: Client, job: TailJob, chat: str) -> list[Event]:
    """What was said until now, as far as it is wanted, oldest first."""
    if job.count <= 0 and job.since is None:
        return []
    state = client.state
    chats = [state.chats[chat]] if chat else state.chat_list()
    chats.sort(key=lambda it: it.at, reverse=True)
    found: list[Event] = []
    for it in chats[:_NEWEST_CHATS]:
        if job.since is not None and it.at < job.since:
            break
        if job.since is None and len(found) >= job.count and it.at < _oldest(found, job.count):
            break
        found += await _said(client, it, job)
    found.sort(key=lambda it: (it.at, it.chat, it.seq))
    return found if job.since is not None else found[-job.count :]


def _oldest(events: list[Event], count: int) -> int:
    return sorted(it.at for it in events)[-count]


async def _said(client: Client, chat: ChatState, job: TailJob) -> list[Event]:
    """The chat's newest messages, as many as may be wanted."""
    found: list[Event] = []
    before: int | None = None
    while True:
        page = await client.history(chat.id, before=before, limit=_PAGE)
        events = [it for it in page.events if isinstance(it.body, Message | Invite)]
        if job.since is not None:
            events = [it for it in events if it.at >= job.since]
        found = events + found
        enough = len(found) >= job.count if job.since is None else not events
        if enough or not page.older or not page.events:
            return found
        before = page.events[0].seq


def line(state: State, event: Event) -> Line:
    """A message as a line of JSON has it."""
    chat = state.chats.get(event.chat)
    sender = state.users.get(event.sender)
    said: Line = {
        "chat": event.chat,
        "chat_name": title(state, chat) if chat else "",
        "chat_kind": chat.kind if chat else "",
        "seq": event.seq,
        "at": event.at,
        "sender": event.sender,
        "handle": sender.handle if sender else "",
        "name": sender.name if sender else "",
        "own": event.sender == state.user,
    }
    match event.body:
        case Message(text=text, reply_to=reply_to, mentions=mentions, file=file):
            said |= {"kind": "message", "text": text, "reply_to": reply_to}
            said["mentions"] = list(mentions)
            if file is not None:
                said["file"] = msgspec.to_builtins(file)
        case Invite(title=name, code=code):
            said |= {"kind": "invite", "text": name, "code": code}
    return said


def now() -> int:
    """This moment on the wire."""
    return time.time_ns() // 1_000_000
