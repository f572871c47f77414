"""Reading what servers send, including what a newer server sends: kinds of events that this
version does not know become `Void`, so that the log keeps its seq and nothing breaks.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import msgspec

from chinwag.protocol import events, frames
from chinwag.protocol.commands import ANSWERS, Command
from chinwag.protocol.pushes import Push

T = TypeVar("T", bound=msgspec.Struct)
_KINDS = frozenset(kind.__struct_config__.tag for kind in events.Body.__args__)


def push(data: bytes | msgspec.Raw) -> Push | None:
    """A push, or None if its type is unknown.

    Raises:
        msgspec.DecodeError: it is not JSON.
    """
    try:
        known: Push = frames.decode_push(data)
        return known
    except msgspec.ValidationError:
        pass
    try:
        mended: Push = msgspec.convert(_known(msgspec.json.decode(data)), Push)
        return mended
    except msgspec.ValidationError:
        return None


def answer(command: Command, data: bytes | msgspec.Raw) -> msgspec.Struct:
    """The ``ok`` of an answer to ``command``.

    Raises:
        msgspec.DecodeError: it is not what `ANSWERS` says.
    """
    return decoded(ANSWERS[type(command)], data)


def decoded(kind: type[T], data: bytes | msgspec.Raw) -> T:
    """``data`` as a ``kind``, leniently.

    Raises:
        msgspec.DecodeError: it is not one.
    """
    try:
        return _decoder(kind)(data)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        return msgspec.convert(_known(msgspec.json.decode(data)), kind)


@cache
def _decoder(kind: type[Any]) -> Callable[[bytes | msgspec.Raw], Any]:
    return msgspec.json.Decoder(kind).decode


def _known(value: Any) -> Any:
    """``value`` with the bodies of unknown kinds replaced."""
    if isinstance(value, list):
        return [_known(item) for item in value]
    if not isinstance(value, dict):
        return value
    body = value.get("body")
    if isinstance(body, dict) and body.get("kind") not in _KINDS and "seq" in value:
        value["body"] = {"kind": "void"}
    return {key: _known(item) for key, item in value.items()}
