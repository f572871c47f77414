"""Every module of the server has a place in the layers that `make lint` checks.

The layers themselves stand in pyproject.toml, under `tool.importlinter`.
"""

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/chinwag"

# What the command line may take of the server; the rest it reaches over the wire, as others do.
OPEN_TO_CLI = (
    "chinwag.server.adapters.sqlite.backup",
    "chinwag.server.doctor",
    "chinwag.server.moving",
    "chinwag.server.admin",
    "chinwag.server.app",
    "chinwag.server.config",
    "chinwag.server.demo",
    "chinwag.server.observe",
    "chinwag.server.ports.store.Unusable",
    "chinwag.server.welcome",
    "chinwag.server.gateway.echo",
)


def layers_of_server() -> set[str]:
    """The modules that the server's layers name, without `chinwag.server.`."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return {
        name
        for contract in contracts["contracts"]
        for layer in contract["layers"]
        for name in re.findall(r"chinwag\.server\.(\w+)", layer)
    }


def imports_of(path: Path) -> set[str]:
    """The full names of all that a file imports from chinwag."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "chinwag"}


def test_every_module_of_the_server_has_a_layer() -> None:
    modules = {
        path.stem
        for path in (PACKAGE / "server").glob("*")
        if path.stem != "__init__" and (path.suffix == ".py" or any(path.glob("**/*.py")))
    }
    homeless = modules - layers_of_server()
    assert not homeless, f"give these a layer in pyproject.toml: {sorted(homeless)}"


def test_the_command_line_reaches_only_the_front_of_the_server() -> None:
    trespasses = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (PACKAGE / "cli").rglob("*.py")
        for name in imports_of(path)
        if name.startswith("chinwag.server")
        and not any(name == each or name.startswith(each + ".") for each in OPEN_TO_CLI)
    ]
    assert trespasses == []
