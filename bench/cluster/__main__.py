"""`python -m bench.cluster [WHAT …]`: measure many machines on this one, beside their peers."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from bench import machine, results
from bench.cluster import alone, exodus, many, registry, room
from bench.cluster.world import World
from bench.results import Figure

_HERE = Path(__file__).parents[1]
_SPARE_FILES = 2_000
MEASURED: dict[str, Callable[[World], list[Figure]]] = {
    "alone": alone.measure,
    "many": many.measure,
    "room": room.measure,
    "exodus": exodus.measure,
    "registry": registry.measure,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument(
        "measured", nargs="*", metavar="WHAT", help=f"of {', '.join(MEASURED)}; default: all"
    )
    parser.add_argument("--seconds", type=float, default=10, help="of each rate, after warming up")
    parser.add_argument("--pairs", type=int, default=100, help="of people in one-to-one chats")
    parser.add_argument("--members", type=int, default=100, help="of the group")
    parser.add_argument("--clients", type=int, default=10_000, help="who lose their node")
    parser.add_argument("--out", type=Path, default=_HERE / "results", help="folder for the JSON")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the table into docs/benchmarks.md"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.measured) - MEASURED.keys()
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    return arguments


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def main() -> None:
    """Run what was asked for."""
    arguments = _arguments()
    chosen = [name for name in MEASURED if name in arguments.measured or not arguments.measured]
    console = Console() if sys.stdout.isatty() else Console(width=160)
    files = machine.raise_file_limit(2 * arguments.clients + _SPARE_FILES)

    def step(what: str) -> None:
        console.print(f"measuring: {what}")

    world = World(
        arguments.seconds,
        arguments.pairs,
        arguments.members,
        # HAProxy has two files for each.
        min(arguments.clients, (files - _SPARE_FILES) // 2),
        _cores(),
        step,
    )
    about = machine.describe()
    about["load"] = f"load average {os.getloadavg()[0]:.1f} before it began"
    about["arrangement"] = world.describe()
    console.print("; ".join(about.values()))
    figures: list[Figure] = []
    for name in chosen:
        figures += MEASURED[name](world)
    console.print(results.terminal(figures))
    console.print(f"Written to {results.save(figures, about, arguments.out)}")
    if arguments.write_docs:
        page = _HERE.parent / "docs" / "benchmarks.md"
        results.write_docs(figures, about, page, mark="cluster")


if __name__ == "__main__":
    main()
