"""Any valid command, drawn from the types themselves."""

from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import Struct
from msgspec.inspect import (
    BoolType,
    IntType,
    LiteralType,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from chinwag.protocol import frames, limits
from chinwag.protocol.commands import Command

_PLAIN = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")


def values(kind: Type) -> SearchStrategy[object]:
    """Values of a type of the wire, within its bounds."""
    match kind:
        case BoolType():
            return st.booleans()
        case NoneType():
            return st.none()
        case IntType(ge=low, le=high):
            return st.integers(low, high)
        case LiteralType(values=choices):
            return st.sampled_from(choices)
        case StrType():
            return _texts(kind)
        case VarTupleType(item_type=item, min_length=low, max_length=high):
            most = min(high or 5, (low or 0) + 5)
            return st.lists(values(item), min_size=low or 0, max_size=most).map(tuple)
        case UnionType(types=types):
            return st.one_of([values(part) for part in types])
        case StructType():
            return structs(kind)
    raise NotImplementedError(kind)


def _texts(kind: StrType) -> SearchStrategy[str]:
    low, high = kind.min_length or 0, min(kind.max_length or 40, 200)
    match kind.pattern:
        case None | r"^[^\x00]*$":
            return st.text(_PLAIN, min_size=low, max_size=high)
        case r"^[A-Za-z0-9_-]+$(?!\n)":
            return st.text("azAZ09_-", min_size=low, max_size=high)
        case r"^[a-z0-9][a-z0-9._]*$(?!\n)":
            return st.text("az09", min_size=low, max_size=high)
        case r"^[!-~]+$(?!\n)":
            return st.text(
                st.characters(min_codepoint=33, max_codepoint=126), min_size=low, max_size=high
            )
    raise NotImplementedError(kind.pattern)


def structs(kind: StructType) -> SearchStrategy[Struct]:
    """Structs, with each field that may be left out there or not."""
    needed = {field.name: values(field.type) for field in kind.fields if field.required}
    spare = {field.name: values(field.type) for field in kind.fields if not field.required}
    return st.fixed_dictionaries(needed, optional=spare).map(lambda fields: kind.cls(**fields))


def _structs(cls: type[Struct]) -> SearchStrategy[Struct]:
    info = type_info(cls)
    assert isinstance(info, StructType)
    return structs(info)


commands = st.one_of([_structs(cls) for cls in get_args(Command)])
requests = st.builds(frames.Request, commands, st.integers(0, limits.SAFE_INTEGER))
