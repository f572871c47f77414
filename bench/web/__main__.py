"""`python -m bench.web`: measure the web client, show the figures against their targets."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench import machine, results
from bench.results import Figure
from bench.server import chinwag
from bench.web import figures, lighthouse
from bench.web.figures import Site
from bench.web.world import sow

_HERE = Path(__file__).parents[1]
MEASURED: dict[str, Callable[[Site], list[Figure]]] = {
    "weight": figures.weight,
    "load": figures.loads,
    "open": figures.opening,
    "scroll": figures.scrolling,
    "type": figures.typing,
    "memory": figures.memory,
    "lighthouse": lighthouse.measure,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument(
        "measured", nargs="*", metavar="WHAT", help=f"of {', '.join(MEASURED)}; default: all"
    )
    parser.add_argument("--core", help="of the server; default: the last there is")
    parser.add_argument("--out", type=Path, default=_HERE / "results", help="folder for the JSON")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the table into docs/benchmarks.md"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.measured) - MEASURED.keys()
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    return arguments


def main() -> None:
    """Run what was asked for."""
    arguments = _arguments()
    chosen = [name for name in MEASURED if name in arguments.measured or not arguments.measured]
    console = Console() if sys.stdout.isatty() else Console(width=160)
    core = machine.Cores.choose(arguments.core).server
    _leave(core)
    found: list[Figure] = []
    about = machine.describe()
    about["load"] = f"load average {os.getloadavg()[0]:.1f} before it began"
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-web-") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        world = sow(folder / "data")
        with chinwag(folder / "data", core) as server:
            site = Site(f"http://127.0.0.1:{server.port}", world, folder)
            with site.browser() as browser:
                about["browser"] = f"Chromium {browser.version}"
            console.print("; ".join(about.values()))
            for what in chosen:
                console.print(f"measuring: {what}")
                found += MEASURED[what](site)
    console.print(results.terminal(found))
    console.print(f"Written to {results.save(found, about, arguments.out)}")
    if arguments.write_docs:
        results.write_docs(found, about, _HERE.parent / "docs" / "benchmarks.md", mark="web")


def _leave(core: int | None) -> None:
    """Leave the server's core to it; the browser, which is many processes, takes the others."""
    if core is not None:
        os.sched_setaffinity(0, os.sched_getaffinity(0) - {core} or {core})


if __name__ == "__main__":
    main()
