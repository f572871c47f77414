"""Refuses requests that name a field of an object twice. JSON leaves open which one counts
(RFC 8259 section 4), and two readers that choose differently are a known way around checks.

The decoder takes the last. To look at every frame a second time would cost several times the
decoding, so most are cleared by counting: where a frame has no backslash, every quotation mark
opens or closes a key or a text. A valid command of a type has at least so many of them; a frame
that has no more cannot hold a further key. Only what is longer, because it has escapes or fields
that may be left out, is read again.
"""

import json
from functools import partial
from typing import get_args

from msgspec import Struct
from msgspec.inspect import LiteralType, StrType, StructType, Type, VarTupleType, type_info

from chinwag.protocol.commands import Command, Send
from chinwag.protocol.events import Message

_MEMBER = 2  # the marks around a key, or around a text
_BODY_TAG = f'"kind":"{Message.__struct_config__.tag}"'.encode()


def named_twice(data: bytes, do: Command, request_id: int) -> bool:
    """Whether ``data``, which was decoded to these, names a field of an object twice."""
    least = _LEAST[type(do)] + (_MEMBER if request_id else 0)
    # The tag of a struct that is no alternative may be absent, and make room for another key.
    cleared = (
        data.find(b"\\") < 0
        and data.count(b'"') <= least
        and (type(do) is not Send or data.find(_BODY_TAG) >= 0)
    )
    return not cleared and _read_again(data)


class _NamedTwiceError(Exception):
    """Ends the second reading."""


def _object(pairs: list[tuple[str, object]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise _NamedTwiceError


# Numbers are left alone: their digits may be many, and their bounds have been seen to.
_loads = partial(json.loads, object_pairs_hook=_object, parse_int=len, parse_float=len)


def _read_again(data: bytes) -> bool:
    try:
        _loads(data)
    except (_NamedTwiceError, ValueError, RecursionError):
        return True
    return False


def _marks(kind: Type) -> int:
    """The fewest quotation marks that a value of a type can have."""
    match kind:
        case StrType() | LiteralType():
            return _MEMBER
        case VarTupleType(item_type=item, min_length=least):
            return (least or 0) * _marks(item)
        case StructType(fields=fields, tag=tag):
            needed = sum(_MEMBER + _marks(field.type) for field in fields if field.required)
            return needed + (2 * _MEMBER if tag else 0)
    return 0


_LEAST: dict[type[Struct], int] = {
    cls: _MEMBER + _marks(type_info(cls)) for cls in get_args(Command)
}
