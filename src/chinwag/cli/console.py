"""What the commands that work on a data folder share: settings, errors as sentences, tables."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import typer

from chinwag.server.admin import Admin, ChinwagError, ConfigError, Unusable, load, opened
from chinwag.server.observe import configure_logs

T = TypeVar("T")

DATA = typer.Option(None, "--data", help="The data folder; else as `chinwag serve` has it.")
CONFIG = typer.Option(None, "--config", help="The settings file.", exists=True, dir_okay=False)


def run(data: Path | None, config: Path | None, work: Callable[[Admin], Awaitable[T]]) -> T:
    """Do it on the database; what goes wrong ends the program with a sentence and status 1."""

    async def go() -> T:
        flags = {"data": None if data is None else str(data)}
        settings = load(flags, file=config)
        elsewhere = settings.data or settings.database_url
        if not elsewhere and not settings.database.exists():
            # Nobody said where, and nothing is there: the server has its data elsewhere.
            raise ConfigError(
                f"There is no database in {settings.folder}. Give the --data of your server,"
                " or start it once."
            )
        async with opened(settings) as admin:
            return await work(admin)

    configure_logs(level="warning")  # what the command prints is for programs, too
    try:
        return asyncio.run(go())
    except (ChinwagError, ConfigError, Unusable) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns of text, as wide as they need to be: good for people, and for ``awk``."""
    lines = [list(head), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(head))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def moment(millis: int) -> str:
    """A time for people: local, to the minute."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(millis / 1000)) if millis else "never"


def _shown(cell: object) -> str:
    """Names are other people's text: no control characters in the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(cell))
