"""Spells the types of fields, as their authors wrote them, in another language."""

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

from msgspec import Struct
from msgspec.inspect import IntType, StrType, Type, VarTupleType

from chinwag.protocol import alerts, commands, errors, events, pushes


class Dialect(Protocol):
    """How a language writes what is not a name."""

    primitives: Mapping[str, str]

    def many(self, item: str) -> str:
        """A list."""

    def row(self, items: list[str]) -> str:
        """A list of a fixed length."""

    def choice(self, values: list[Any]) -> str:
        """One of some constants."""

    def either(self, parts: list[str]) -> str:
        """One of some types."""


_RENAMED: dict[type[Struct], str] = {errors.Failure: "RequestError", events.Event: "ChatEvent"}


def title(cls: type[Struct]) -> str:
    """A struct's name where all modules share one namespace."""
    if cls.__module__ == commands.__name__ and cls in commands.ANSWERS:
        return f"{cls.__name__}Command"
    if cls.__module__ == pushes.__name__:
        return f"{cls.__name__}Push"
    if cls.__module__ == alerts.__name__:
        return f"{cls.__name__}Alert"
    return _RENAMED.get(cls, cls.__name__)


@dataclass(frozen=True)
class Speller:
    """Spells annotations of one module in one dialect. ``None`` and `UNSET` are left out: such a
    field is absent instead.
    """

    module: ModuleType
    dialect: Dialect

    @classmethod
    def of(cls, struct: type[Struct], dialect: Dialect) -> "Speller":
        return cls(sys.modules[struct.__module__], dialect)

    def __call__(self, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return self._name(node, name)
            case ast.BinOp(op=ast.BitOr()):
                return self.dialect.either([self(part) for part in _parts(node)])
            case ast.Subscript(value=ast.Name(id=outer), slice=ast.Tuple(elts=inner)):
                return self._subscript(outer, inner)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=value):
                return self.dialect.choice([ast.literal_eval(value)])
        raise NotImplementedError(ast.unparse(node))

    def _name(self, node: ast.expr, name: str) -> str:
        if name in self.dialect.primitives:
            return self.dialect.primitives[name]
        owner: object = self.module
        match node:
            case ast.Attribute(value=ast.Name(id=other)):
                owner = getattr(self.module, other)
        found = getattr(owner, name)
        return title(found) if isinstance(found, type) and issubclass(found, Struct) else name

    def _subscript(self, outer: str, inner: list[ast.expr]) -> str:
        if outer == "Annotated":
            return self(inner[0])
        if outer == "Literal":
            return self.dialect.choice([ast.literal_eval(value) for value in inner])
        match inner:
            case [item, ast.Constant(value=value)] if value is ...:
                return self.dialect.many(self(item))
        return self.dialect.row([self(item) for item in inner])


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _parts(left) + _parts(right)
        case ast.Constant(value=None) | ast.Name(id="UnsetType"):
            return []
    return [node]


def inline(node: ast.expr) -> bool:
    """Whether the bounds stand on the field itself rather than on a named scalar."""
    return isinstance(node, ast.Subscript)


def bounds(kind: Type) -> str:
    """The bounds of a number, text or list, in words."""
    match kind:
        case IntType(ge=low, le=high):
            return _span(low, high, "")
        case StrType(min_length=low, max_length=high, pattern=pattern):
            span = _span(low, high, " characters")
            return f"{span}, `{pattern}`" if pattern else span
        case VarTupleType(min_length=low, max_length=high):
            return _span(low, high, " items")
    return ""


def _span(low: float | None, high: float | None, unit: str) -> str:
    match low, high:
        case None, None:
            return ""
        case None, _:
            return f"at most {high:,}{unit}"
        case _, None:
            return f"at least {low:,}{unit}"
    return f"{low:,} to {high:,}{unit}"
