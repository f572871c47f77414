"""The codec: every valid request survives it, and the largest of them fit a frame."""

import json

import pytest
from hypothesis import given
from msgspec import Struct
from msgspec.inspect import (
    IntType,
    LiteralType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from chinwag.protocol import files, frames, limits
from chinwag.protocol.commands import Command, Send
from chinwag.protocol.events import Message
from chinwag.protocol.generate import shapes
from unit.protocol import strategies

ID = "01990000-0000-7000-8000-000000000ada"


def largest(kind: Type) -> object:
    """The longest value of a type that real clients send: texts escaped as JSON allows, ids as
    the server makes them.
    """
    match kind:
        case StrType(pattern=None, max_length=limits.ID_CHARS):
            return ID
        case StrType(pattern=pattern, max_length=most):
            return ("w" if pattern and "\\x00" not in pattern else "\x01") * (most or 0)
        case IntType(le=most):
            return most
        case LiteralType(values=values):
            return max(values, key=len)
        case VarTupleType(item_type=item, max_length=most):
            return [largest(item)] * (most or 0)
        case UnionType(types=types):
            return largest(types[0])
        case StructType(cls=files.File):
            return None  # the server's to fill in
        case StructType(fields=fields, tag=tag, tag_field=name):
            built = {field.encode_name: largest(field.type) for field in fields}
            return built | ({name: tag} if name else {})
    return False


@given(strategies.requests)
def test_every_request_survives(request: frames.Request) -> None:
    data = frames.encode(request)
    again = frames.decode_request(data)
    assert again == request
    assert frames.encode(again) == data
    assert frames.decode_request(memoryview(data)) == request


@given(strategies.requests)
def test_spelling_does_not_matter(request: frames.Request) -> None:
    loose = json.dumps(json.loads(frames.encode(request)), indent=1, ensure_ascii=True)
    assert frames.decode_request(loose.encode()) == request


@pytest.mark.parametrize("cls", shapes.COMMANDS, ids=shapes.tag)
def test_largest_request_fits_a_frame(cls: type[Struct]) -> None:
    data = json.dumps({"id": limits.SAFE_INTEGER, "do": largest(type_info(cls))}).encode()
    assert frames.decode_request(data)
    assert len(data) <= limits.FRAME_BYTES


@pytest.mark.parametrize("char", ["\x01", '"', "é", "€", "👋"])
def test_longest_text_fits_a_frame_fully_escaped(char: str) -> None:
    text = char * (limits.TEXT_BYTES // len(char.encode()))
    send: Command = Send(ID, "c" * limits.CLIENT_ID_CHARS, Message(text, 2**53 - 1, (ID,) * 64))
    plain = frames.encode(frames.Request(send, limits.SAFE_INTEGER))
    escaped = json.dumps(json.loads(plain)).replace(f'"{text}"', "")
    assert len(escaped.encode()) <= limits.FRAME_BYTES
    assert frames.decode_request(escaped.encode()).do == send


def test_answers_tell_ok_and_error_apart() -> None:
    ok = frames.decode_server(b'{"reply":7,"ok":{}}')
    bad = frames.decode_server(b'{"reply":7,"error":{"code":"later","text":"?"},"new":1}')
    assert ok.ok is not None
    assert ok.error is None
    assert bad.ok is None
    assert bad.error is not None
    assert not bad.error.retry
