"""The envelopes around commands, answers and pushes, and their codecs.

Client to server: ``{"id": 7, "do": {"type": "send", …}}``; without an id (or 0) no answer is
sent. Server to client: ``{"reply": 7, "ok": {…}}``, ``{"reply": 7, "error": {…}}`` or
``{"push": {"type": …}}``. Strict about what clients send, lenient about what servers send.
"""

import re
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from chinwag.protocol import errors, limits
from chinwag.protocol.commands import Command
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.pushes import Push
from chinwag.protocol.repeats import named_twice

RequestId = Annotated[int, Meta(ge=0, le=limits.SAFE_INTEGER)]


class Request(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A client's frame."""

    do: Command
    id: RequestId = 0


class Answer(Struct, omit_defaults=True):
    """A server's frame that answers a request: one of ``ok`` and ``error``."""

    reply: int
    ok: Raw | None = None
    error: errors.Failure | None = None


class Pushed(Struct):
    """A server's frame that nobody asked for."""

    push: Push


class ServerFrame(Struct):
    """Any frame of a server, for clients: told apart by which field is there."""

    reply: int | None = None
    ok: Raw | None = None
    error: errors.Failure | None = None
    push: Raw | None = None


class _Received(Struct):
    """A `ServerFrame` on its way in: of ``Raw | None`` msgspec would take nothing but null."""

    reply: int | None = None
    ok: Raw | UnsetType = UNSET
    error: errors.Failure | None = None
    push: Raw | UnsetType = UNSET


class _Envelope(Struct):
    """Just enough of a request to answer it when the rest is wrong."""

    id: RequestId = 0
    do: Raw = Raw(b"{}")


class _Typed(Struct):
    type: str = ""


encode = msgspec.json.Encoder().encode
"""Any struct of the wire as UTF-8 JSON."""

_request = msgspec.json.Decoder(Request).decode
_envelope = msgspec.json.Decoder(_Envelope).decode
_typed = msgspec.json.Decoder(_Typed).decode
_received = msgspec.json.Decoder(_Received).decode
decode_push = msgspec.json.Decoder(Push).decode


def decode_server(data: bytes | memoryview) -> ServerFrame:
    """A server's frame, for clients."""
    frame = _received(data)
    return ServerFrame(
        frame.reply,
        None if isinstance(frame.ok, UnsetType) else frame.ok,
        frame.error,
        None if isinstance(frame.push, UnsetType) else frame.push,
    )


class BadRequest(Exception):
    """A client's frame that cannot be obeyed; ``id`` as far as it could be made out."""

    def __init__(self, request_id: int, error: ChinwagError) -> None:
        super().__init__(request_id, error)
        self.id = request_id
        self.error = error


def decode_request(data: bytes | memoryview) -> Request:
    """A client's frame as a `Request`.

    Raises:
        BadRequest: it is not JSON, not a request, its command is unknown or invalid, or a field
            is named twice.
    """
    try:
        request = _request(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _diagnosed(data, error) from None
    if named_twice(data if isinstance(data, bytes) else bytes(data), request.do, request.id):
        raise BadRequest(request.id, ChinwagError(errors.MALFORMED))
    return request


def _diagnosed(data: bytes | memoryview, error: Exception) -> BadRequest:
    """Decode again in two steps, so that a bad command keeps its id."""
    try:
        envelope = _envelope(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BadRequest(0, ChinwagError(errors.MALFORMED))
    try:
        name = _typed(envelope.do).type
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return BadRequest(envelope.id, ChinwagError(errors.MALFORMED, field="$.do"))
    if name not in COMMAND_NAMES:
        return BadRequest(envelope.id, ChinwagError(errors.UNKNOWN_COMMAND, field="$.do.type"))
    return BadRequest(envelope.id, ChinwagError(errors.INVALID, field=_where(error)))


# Field names and list places alone: an unknown key, which the message quotes, must not pass for
# the path that is missing after it. One name alone has digits, for it is the browsers'.
_PATH = re.compile(r" - at `(\$(?:\.(?:[a-z_]{1,32}|p256dh)|\[(?:\.{3}|\d{1,5})\]){1,8})`\Z")


def _where(error: Exception) -> str:
    """The path in a msgspec message (``… - at `$.do.text` ``); never the offending value."""
    found = _PATH.search(str(error))
    return found[1] if found else "$"


COMMAND_NAMES: frozenset[str] = frozenset(kind.__struct_config__.tag for kind in Command.__args__)
