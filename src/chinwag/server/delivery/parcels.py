"""Parcels: what a node tells another of its commits, and what else is for sessions there.

MessagePack, structs as arrays: a newer node may add fields at the end, and an older one passes
over them. Nothing here is the truth: whatever gets lost stands in the log.
"""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Raw, Struct

from chinwag.server.ports.store import Entry, Mark, Outcome

FORMAT = 1


class _Entry(Struct, array_like=True, gc=False):
    """An entry as it stands in the log. ``version`` is the chat's after it."""

    chat: str
    seq: int
    at: int
    count: int
    sender: str
    kind: str
    body: bytes
    client_id: str | None
    version: int
    read_count: int
    change: int
    counted: bool
    hidden: bool
    mentions: tuple[str, ...] = ()


class _Mark(Struct, array_like=True, gc=False):
    chat: str
    user: str
    delivered: int
    read: int
    shown: bool
    read_count: int
    at: int
    change: int
    settings: tuple[int, int, int, int] | None = None


class Push(Struct, array_like=True, gc=False):
    """A ready frame for the sessions of these users, but the device's ``besides``."""

    users: tuple[str, ...]
    frame: bytes
    besides: str = ""


class Closing(Struct, array_like=True, gc=False):
    """The device's session is to be closed, if its epoch is below this one."""

    device: str
    epoch: int
    code: int


class Touched(Struct, array_like=True, gc=False):
    """Something happened in a chat, of which no more is known than where: [first, last] was
    appended, or marks and settings changed (first = 0).
    """

    chat: str
    first: int
    last: int


class Parcel(Struct, array_like=True):
    """``entries`` and ``marks`` in commit order, each encoded once for all nodes."""

    format: int
    node: str
    entries: list[Raw] = []
    marks: list[Raw] = []
    pushes: list[Push] = []
    closings: list[Closing] = []
    touched: list[Touched] = []


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Parcel).decode
_entry = msgspec.msgpack.Decoder(_Entry).decode
_mark = msgspec.msgpack.Decoder(_Mark).decode


def of_entry(entry: Entry) -> Raw:
    """A committed entry."""
    return Raw(
        encode(
            _Entry(
                entry.chat,
                entry.seq,
                entry.at,
                entry.count,
                entry.sender,
                entry.kind,
                entry.body,
                entry.client_id,
                entry.version,
                entry.read_count,
                entry.change,
                entry.counted,
                entry.hidden,
                entry.mentions,
            )
        )
    )


def of_mark(mark: Mark) -> Raw:
    """A mark that was raised."""
    return Raw(
        encode(
            _Mark(
                mark.chat,
                mark.user,
                mark.delivered,
                mark.read,
                mark.shown,
                mark.read_count,
                mark.at,
                mark.change,
                mark.settings,
            )
        )
    )


def entries(parcels: Iterable[Raw]) -> list[Entry]:
    """The entries, as their own node had them after the commit."""
    return [_as_entry(_entry(raw)) for raw in parcels]


def marks(parcels: Sequence[Raw]) -> list[Mark]:
    """The marks, likewise."""
    return [_as_mark(_mark(raw)) for raw in parcels]


def _as_entry(heard: _Entry) -> Entry:
    entry = Entry(
        heard.chat,
        heard.sender,
        heard.kind,
        heard.body,
        client_id=heard.client_id,
        version=heard.version,
        counted=heard.counted,
        hidden=heard.hidden,
        mentions=heard.mentions,
    )
    entry.seq, entry.at, entry.count = heard.seq, heard.at, heard.count
    entry.read_count, entry.change = heard.read_count, heard.change
    entry.outcome = Outcome.APPENDED
    return entry


def _as_mark(heard: _Mark) -> Mark:
    mark = Mark(heard.chat, heard.user, heard.delivered, heard.read)
    mark.shown, mark.read_count = heard.shown, heard.read_count
    mark.at, mark.change, mark.settings = heard.at, heard.change, heard.settings
    return mark
