"""Every statement that the server's code holds, wherever it stands: read, not run."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import chinwag.server

_ELSEWHERE = tuple(
    f"chinwag.server.{each}."
    for each in ("adapters.postgres", "adapters.sqlite", "adapters.migrations", "doctor", "moving")
)
"""SQL of one database's own, not in the portable dialect; what moves or examines whole tables."""
_FILLED = {
    "services.chats._ARRANGE": "pinned_at = $4, ",
    "services.devices._HOLDERS": "$1, $2",
    "services.messages._RANGE": "DESC",
}
"""What stands for ``{}`` in those that are finished when they are used."""
_LOCAL = {"column": "avatar", "columns": "about = $2"}
"""What stands for names that only a function knows."""
_BEGINS = re.compile(r"(SELECT|UPDATE|DELETE FROM|INSERT INTO|WITH) ")


class Statement(NamedTuple):
    """``place``: its module, and the constant or the function in it."""

    place: str
    sql: str


def statements() -> list[Statement]:
    """All of them.

    Raises:
        NameError: of one that is finished when it is used, and is not entered above.
    """
    found = []
    for info in pkgutil.walk_packages(chinwag.server.__path__, "chinwag.server."):
        if not f"{info.name}.".startswith(_ELSEWHERE):
            found += list(_of(importlib.import_module(info.name)))
    return found


def _of(module: ModuleType) -> Iterator[Statement]:
    inside = module.__name__.removeprefix("chinwag.server.")
    for name, node in _named(ast.parse(inspect.getsource(module)), inside):
        for text in _texts(node):
            if _BEGINS.match(_first(text, module)):
                # The code's own source, in its own module.
                sql = eval(compile(ast.Expression(text), name, "eval"), vars(module) | _LOCAL)
                yield Statement(name, sql.format(_FILLED[name]) if "{}" in sql else sql)


def _named(node: ast.AST, name: str) -> Iterator[tuple[str, ast.AST]]:
    """Constants, and functions by their classes."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.ClassDef():
                yield from _named(child, f"{name}.{child.name}")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield f"{name}.{child.name}", child
            case ast.Assign(targets=[ast.Name(id=constant)]) | ast.AnnAssign(ast.Name(id=constant)):
                yield f"{name}.{constant}", child
            case _:
                yield name, child


def _texts(node: ast.AST) -> Iterator[ast.expr]:
    """Strings that are not parts of others."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add()) | ast.Constant(value=str()):
            yield node
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _texts(child)


def _first(text: ast.expr, module: ModuleType) -> str:
    """What it begins with: that which is written there, or the constant that is named there."""
    match text:
        case ast.BinOp():
            return _first(text.left, module)
        case ast.Constant(value=str(whole)):
            return whole
        case ast.JoinedStr(values=[ast.Constant(value=str(head)), *_]):
            return head
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id=name)), *_]):
            return str(vars(module).get(name, ""))
    return ""
