"""`python -m bench [SCENARIO …]`: measure the server, show the figures against their targets."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench import machine, results
from bench.context import Context
from bench.results import Figure
from bench.scenarios import arrivals, away, ceilings, direct, group, latency, memory, start

# In this order: what is compared with a ceiling comes behind it.
SCENARIOS: dict[str, Callable[[Context], list[Figure]]] = {
    "ceilings": ceilings.measure,
    "direct": direct.measure,
    "group": group.measure,
    "latency": latency.measure,
    "arrivals": arrivals.measure,
    "away": away.measure,
    "memory": memory.measure,
    "start": start.measure,
}
_HERE = Path(__file__).parent


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; default: all"
    )
    parser.add_argument("--seconds", type=float, default=10, help="of each rate, after warming up")
    parser.add_argument("--pairs", type=int, default=100, help="of people in one-to-one chats")
    parser.add_argument("--members", type=int, default=100, help="of the group")
    parser.add_argument("--sessions", type=int, default=5_000, help="whose memory is measured")
    parser.add_argument("--cores", metavar="SERVER,LOAD", help="default: the last two there are")
    parser.add_argument("--out", type=Path, default=_HERE / "results", help="folder for the JSON")
    parser.add_argument(
        "--write-docs", action="store_true", help="put the table into docs/benchmarks.md"
    )
    arguments = parser.parse_args()
    unknown = set(arguments.scenarios) - SCENARIOS.keys()
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    return arguments


def main() -> None:
    """Run what was asked for."""
    arguments = _arguments()
    chosen = [name for name in SCENARIOS if name in arguments.scenarios or not arguments.scenarios]
    console = Console() if sys.stdout.isatty() else Console(width=160)
    cores = machine.Cores.choose(arguments.cores)
    about = machine.describe() | {"arrangement": cores.describe()}
    machine.raise_file_limit()
    machine.pin(cores.load)
    console.print("; ".join(about.values()))
    figures: list[Figure] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    # It redraws between the steps only: a thread that draws would take from the load's core.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        bar = progress.add_task("", total=len(chosen))

        def step(what: str) -> None:
            progress.update(bar, description=what, refresh=True)

        context = Context(
            cores, arguments.seconds, arguments.pairs, arguments.members, arguments.sessions, step
        )
        for name in chosen:
            figures += SCENARIOS[name](context)
            progress.advance(bar)
        step("done")
    console.print(results.terminal(figures))
    console.print(f"Written to {results.save(figures, about, arguments.out)}")
    if arguments.write_docs:
        results.write_docs(figures, about, _HERE.parent / "docs" / "benchmarks.md")


if __name__ == "__main__":
    main()
