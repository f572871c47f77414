"""The wire as lists of shapes: what the pages and the types are rendered from."""

import ast
import inspect
import sys
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
from msgspec import Struct
from msgspec.inspect import StructType, Type, type_info

from chinwag.protocol import (
    alerts,
    commands,
    errors,
    events,
    files,
    http,
    limits,
    pushes,
    results,
    scalars,
)
from chinwag.protocol.generate import source


@dataclass(frozen=True)
class Field:
    """One field: its type as written and as msgspec sees it, and its default (`NODEFAULT`: it
    must be there; `UNSET` or None: it may be left out).
    """

    name: str
    written: ast.expr
    type: Type
    default: object

    @property
    def required(self) -> bool:
        return self.default is msgspec.NODEFAULT


@dataclass(frozen=True)
class Shape:
    """One struct of the wire."""

    cls: type[Struct]
    tag_field: str
    tag: str
    fields: tuple[Field, ...]

    @property
    def doc(self) -> str:
        return inspect.cleandoc(self.cls.__doc__ or "")


@dataclass(frozen=True)
class Scalar:
    """A named type of `scalars`, with what it means."""

    name: str
    written: ast.expr
    type: Type
    doc: str


@dataclass(frozen=True)
class Limit:
    """A named bound."""

    name: str
    value: int
    doc: str


def shape(cls: type[Struct]) -> Shape:
    """A struct as a shape."""
    seen = type_info(cls)
    assert isinstance(seen, StructType)
    written = source.annotations(sys.modules[cls.__module__], cls.__name__)
    fields = tuple(
        Field(field.name, written[field.name], field.type, _default(field)) for field in seen.fields
    )
    return Shape(cls, seen.tag_field or "", str(seen.tag or ""), fields)


def _default(field: msgspec.inspect.Field) -> object:
    if field.required:
        return msgspec.NODEFAULT
    made: Any = field.default_factory
    if made is not msgspec.NODEFAULT:
        return made()
    # `UNSET` as a default is not told apart from none at all.
    return msgspec.UNSET if field.default is msgspec.NODEFAULT else field.default


def tag(cls: type[Struct]) -> str:
    """The value of a struct's ``type`` or ``kind``."""
    return str(cls.__struct_config__.tag)


def _own(module: str, *, less: tuple[type[Struct], ...] = ()) -> tuple[type[Struct], ...]:
    found = inspect.getmembers(sys.modules[module], inspect.isclass)
    own = [
        cls
        for name, cls in found
        if issubclass(cls, Struct) and cls.__module__ == module and name[0] != "_"
    ]
    lines = {cls: inspect.getsourcelines(cls)[1] for cls in own if cls not in less}
    return tuple(sorted(lines, key=lines.__getitem__))


COMMANDS: tuple[type[Struct], ...] = get_args(commands.Command)
ANSWERS: dict[type[Struct], type[Struct]] = dict(commands.ANSWERS.items())
PUSHES: tuple[type[Struct], ...] = get_args(pushes.Push)
ALERTS: tuple[type[Struct], ...] = get_args(alerts.Alert)
KINDS: tuple[type[Struct], ...] = get_args(events.Body)
INPUTS = _own(commands.__name__, less=COMMANDS)
"""Structs inside commands."""
ERROR: type[Struct] = errors.Failure
STATES = (*_own(results.__name__), ERROR)
EVENTS = _own(events.__name__, less=KINDS)
FILES = _own(files.__name__)
HTTP = _own(http.__name__)


def all_scalars() -> tuple[Scalar, ...]:
    """The types of `scalars`, in the order of the file."""
    return tuple(
        Scalar(name, written, type_info(getattr(scalars, name)), doc)
        for name, (written, doc) in source.aliases(scalars).items()
    )


def all_limits() -> tuple[Limit, ...]:
    """The bounds of `limits`, in the order of the file."""
    return tuple(
        Limit(name, getattr(limits, name), doc) for name, doc in source.remarks(limits).items()
    )
