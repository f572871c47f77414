"""Stored bodies onto the wire without decoding them: events whose body is raw JSON."""

import msgspec
from msgspec import Raw, Struct

from chinwag.protocol.events import Body, Void
from chinwag.protocol.frames import encode
from chinwag.server.framing import frame_text
from chinwag.server.ports.store import Entry, Row


class Event(Struct, omit_defaults=True):
    """`events.Event` with its body as stored. Same fields, same order, same bytes."""

    chat: str
    seq: int
    at: int
    sender: str
    count: int
    body: Raw
    client_id: str | None = None


class _EventPush(Struct, tag_field="type", tag="event", omit_defaults=True):
    event: Event
    read_count: int | None = None


class _Pushed(Struct):
    push: _EventPush


VOID = Raw(encode(Void()))
_body = msgspec.json.Decoder(Body).decode
COLUMNS = "chat, seq, kind, sender, at, count, client_id, hidden, body"
"""What `of_row` wants to be selected."""


def of_entry(entry: Entry) -> Event:
    """A committed entry as its readers see it."""
    return Event(
        entry.chat,
        entry.seq,
        entry.at,
        entry.sender,
        entry.count,
        Raw(entry.body),
        entry.client_id,
    )


def void(entry: Entry) -> Event:
    """What those see from whom an entry is kept."""
    return Event(entry.chat, entry.seq, entry.at, "", entry.count, VOID)


def of_row(row: Row, reader: str) -> Event:
    """A stored row as ``reader`` may see it."""
    chat, seq, _, sender, at, count, client_id, hidden, body = row
    if hidden and sender != reader:
        return Event(chat, seq, at, "", count, VOID)
    return Event(chat, seq, at, sender, count, Raw(body.encode()), client_id)


def decoded(stored: str | Raw) -> Body:
    """A stored body, typed."""
    body: Body = _body(stored)
    return body


def event_frame(event: Event, read_count: int | None = None) -> bytes:
    """The push of an event as a ready frame."""
    return frame_text(encode(_Pushed(_EventPush(event, read_count))))
