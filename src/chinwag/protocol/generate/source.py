"""What only the source of the wire's modules tells: the names their authors gave to types (at run
time `Millis` and `SeqOrZero` are one object), and the words beneath aliases and above limits.
"""

import ast
import inspect
from functools import cache
from types import ModuleType


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def annotations(module: ModuleType, name: str) -> dict[str, ast.expr]:
    """The field annotations of a class, as written."""
    for node in _tree(module).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {
                field.target.id: field.annotation
                for field in node.body
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            }
    raise LookupError(name)


def aliases(module: ModuleType) -> dict[str, tuple[ast.expr, str]]:
    """Public assignments of a module: name, value as written, and the docstring that follows."""
    body = _tree(module).body
    found = {}
    for node, after in zip(body, [*body[1:], ast.Pass()], strict=True):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name[0] != "_":
                found[name] = value, _words(after)
    return found


def members(module: ModuleType, name: str) -> dict[str, str]:
    """The members of an enum and the docstrings that follow them."""
    for node in _tree(module).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {
                line.targets[0].id: _words(after)
                for line, after in zip(node.body, [*node.body[1:], ast.Pass()], strict=True)
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
            }
    raise LookupError(name)


def remarks(module: ModuleType) -> dict[str, str]:
    """The comment lines right above each assignment of a module."""
    lines = inspect.getsource(module).splitlines()
    found = {}
    for node in _tree(module).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            above = node.lineno - 2
            words: list[str] = []
            while lines[above].startswith("# "):
                words.insert(0, lines[above][2:])
                above -= 1
            found[node.targets[0].id] = " ".join(words)
    return found


def _words(node: ast.AST) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
    return ""
