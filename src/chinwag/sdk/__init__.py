"""The async Python SDK: what bots, the terminal client and tests talk to a server with.

::

    async with Client(url, token=token, store="my.db") as client:
        async for event in client.events(kinds=Message):
            sending = await client.send(event.chat, "got it")
            await sending.accepted()

`Client` is a device of an account: it keeps its state, an outbox, and the link to the server.
`Connection` is one socket, for those who want no more. The shapes of events, answers and commands
are those of `chinwag.protocol`. Times are milliseconds since 1970 UTC on the wire, and seconds in
arguments here. Errors: see `chinwag.sdk.errors`.
"""

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Event, Message
from chinwag.protocol.files import File
from chinwag.sdk.attachments import Attachment, kind_of_name
from chinwag.sdk.changes import (
    AccountChanged,
    ChatChanged,
    ChatGone,
    OutboxChanged,
    PresenceChanged,
    Status,
    StatusChanged,
    TypingChanged,
    Update,
    UserChanged,
)
from chinwag.sdk.chats import ChatState
from chinwag.sdk.client import Client
from chinwag.sdk.connection import Connection
from chinwag.sdk.errors import (
    Closed,
    CloseInfo,
    Damaged,
    Discarded,
    OutboxFull,
    Refused,
    SdkError,
    SignedOut,
    StoreError,
    Timeout,
    Unreadable,
)
from chinwag.sdk.sending import Sending
from chinwag.sdk.sqlite import SqliteStore
from chinwag.sdk.state import State
from chinwag.sdk.store import Entry, MemoryStore, Store
from chinwag.sdk.streams import EventStream, UpdateStream
from chinwag.sdk.ticks import Tick, tick
from chinwag.sdk.uploads import Progress, Transfer

__all__ = [
    "AccountChanged",
    "Attachment",
    "ChatChanged",
    "ChatGone",
    "ChatState",
    "ChinwagError",
    "Client",
    "CloseInfo",
    "Closed",
    "Connection",
    "Damaged",
    "Discarded",
    "Entry",
    "Event",
    "EventStream",
    "File",
    "MemoryStore",
    "Message",
    "OutboxChanged",
    "OutboxFull",
    "PresenceChanged",
    "Progress",
    "Refused",
    "SdkError",
    "Sending",
    "SignedOut",
    "SqliteStore",
    "State",
    "Status",
    "StatusChanged",
    "Store",
    "StoreError",
    "Tick",
    "Timeout",
    "Transfer",
    "TypingChanged",
    "Unreadable",
    "Update",
    "UpdateStream",
    "UserChanged",
    "kind_of_name",
    "tick",
]
