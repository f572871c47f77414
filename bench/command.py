"""What the commands of the bench have in common: what they can be asked for, and how they tell."""

import argparse
import sys
from collections.abc import Collection
from pathlib import Path

from rich.console import Console

from bench import results
from bench.results import Figure

_HERE = Path(__file__).parent


class Command:
    """``python -m NAME [WHAT …]``, where each WHAT is one of ``known``; all of them by default.

    Attributes:
        options: to add further ones to.
        console: to tell people something.
    """

    def __init__(self, name: str, about: str | None, known: Collection[str]) -> None:
        self._known = known
        self.console = Console() if sys.stdout.isatty() else Console(width=160)
        self.options = argparse.ArgumentParser(prog=f"python -m {name}", description=about)
        self.options.add_argument(
            "what", nargs="*", metavar="WHAT", help=f"of {', '.join(known)}; default: all"
        )
        self.options.add_argument(
            "--out", type=Path, default=_HERE / "results", help="folder for the JSON"
        )
        self.options.add_argument(
            "--write-docs", action="store_true", help="put the table into docs/benchmarks.md"
        )

    def add_load(self) -> None:
        """Options of who sends to whom, and for how long."""
        add = self.options.add_argument
        add("--seconds", type=float, default=10, help="of each rate, after warming up")
        add("--pairs", type=int, default=100, help="of people in one-to-one chats")
        add("--members", type=int, default=100, help="of the group")

    def ask(self) -> argparse.Namespace:
        """What is wanted; ``what`` is in the order in which it is to be measured."""
        arguments = self.options.parse_args()
        if unknown := set(arguments.what) - set(self._known):
            self.options.error(f"there is no {', '.join(sorted(unknown))} to measure")
        arguments.what = [it for it in self._known if it in arguments.what or not arguments.what]
        return arguments

    def tell(
        self, figures: list[Figure], about: dict[str, str], asked: argparse.Namespace, mark: str
    ) -> None:
        """Show the figures, and keep them; ``mark``: of their place in docs/benchmarks.md."""
        self.console.print(results.terminal(figures))
        self.console.print(f"Written to {results.save(figures, about, asked.out)}")
        if asked.write_docs:
            page = _HERE.parent / "docs" / "benchmarks.md"
            results.write_docs(figures, about, page, mark=mark)
