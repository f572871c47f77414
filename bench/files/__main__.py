"""`python -m bench.files [WHAT …]`: measure files, show the figures against their targets."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench import machine, results
from bench.context import Context
from bench.files import beside, thumbnails, transfers
from bench.results import Figure

MEASURED: dict[str, Callable[[Context, int], list[Figure]]] = {
    "transfers": transfers.measure,
    "beside": beside.measure,
    "thumbnails": thumbnails.measure,
}
_HERE = Path(__file__).parents[1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.files", description=__doc__)
    parser.add_argument(
        "measured", nargs="*", metavar="WHAT", help=f"of {', '.join(MEASURED)}; default: all"
    )
    parser.add_argument("--seconds", type=float, default=10, help="of each rate of messages")
    parser.add_argument("--size", type=int, default=1024, help="of the file, in MiB")
    parser.add_argument("--out", type=Path, default=_HERE / "results", help="folder for the JSON")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the table into docs/benchmarks.md"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.measured) - MEASURED.keys()
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    return arguments


def main() -> None:
    """Run what was asked for."""
    arguments = _arguments()
    chosen = [name for name in MEASURED if name in arguments.measured or not arguments.measured]
    console = Console() if sys.stdout.isatty() else Console(width=160)
    about = machine.describe()
    about["load"] = f"load average {os.getloadavg()[0]:.1f} before it began"
    about["arrangement"] = "no process is kept on a core"
    console.print("; ".join(about.values()))
    context = Context(
        machine.Cores(None, None),
        arguments.seconds,
        pairs=0,
        members=0,
        sessions=0,
        step=lambda what: console.print(f"measuring: {what}"),
    )
    figures: list[Figure] = []
    for name in chosen:
        figures += MEASURED[name](context, arguments.size << 20)
    console.print(results.terminal(figures))
    console.print(f"Written to {results.save(figures, about, arguments.out)}")
    if arguments.write_docs:
        page = _HERE.parent / "docs" / "benchmarks.md"
        results.write_docs(figures, about, page, mark="files")


if __name__ == "__main__":
    main()
