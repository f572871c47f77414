"""Reading what servers send, including what a newer server sends: kinds of events that this
version does not know become `Void`, so that the log keeps its seq and nothing breaks; fields that
it does not know are left out of those it does.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, get_args

import msgspec

from chinwag.protocol import events, frames
from chinwag.protocol.commands import ANSWERS, Command
from chinwag.protocol.pushes import Push
from chinwag.protocol.scalars import FileKind, Preview

T = TypeVar("T", bound=msgspec.Struct)
_FIELDS = {
    kind.__struct_config__.tag: {"kind", *kind.__struct_fields__} for kind in events.Body.__args__
}
_KINDS = frozenset(get_args(FileKind))
_PREVIEWS = frozenset(get_args(Preview))
_SWITCHES = frozenset(events.Settings.__struct_fields__)


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
    """``value`` with bodies of unknown kinds replaced, and unknown fields left out of others."""
    if isinstance(value, list):
        return [_known(item) for item in value]
    if not isinstance(value, dict):
        return value
    body = value.get("body")
    if isinstance(body, dict) and "seq" in value:
        value["body"] = _known_body(body)
    return {key: _known(item) for key, item in value.items()}


def _known_body(body: dict[str, Any]) -> dict[str, Any]:
    fields = _FIELDS.get(body.get("kind", ""))
    if fields is None:
        return {"kind": "void"}
    known = {key: item for key, item in body.items() if key in fields}
    if isinstance(switches := known.get("settings"), dict):
        known["settings"] = {key: item for key, item in switches.items() if key in _SWITCHES}
    if isinstance(file := known.get("file"), dict):
        known["file"] = _known_file(file)
    return known


def _known_file(file: dict[str, Any]) -> dict[str, Any]:
    """A file of a kind that is new is one to save; previews of new sizes are left out."""
    if file.get("kind") not in _KINDS:
        file["kind"] = "document"
    file["previews"] = [it for it in file.get("previews", ()) if it in _PREVIEWS]
    return file
