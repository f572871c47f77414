"""`chinwag migrate`: all data from SQLite to PostgreSQL, or back."""

import asyncio
from pathlib import Path

import typer
from msgspec import structs
from rich.console import Console
from rich.progress import Progress

from chinwag.cli.backup import Bars, columns
from chinwag.cli.console import CONFIG, DATA, table
from chinwag.server.admin import ConfigError, Unusable, load
from chinwag.server.config import Settings
from chinwag.server.moving import Ahead, Moved, MoveError, to_postgres, to_sqlite
from chinwag.server.observe import configure_logs

app = typer.Typer()

UNFINISHED = 3
_SCHEMES = ("postgresql://", "postgres://")


@app.command()
def migrate(
    to: str = typer.Option(
        "",
        help="A postgresql:// URL, `sqlite`, or a folder for SQLite. Without it: database_url.",
        metavar="WHERE",
    ),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Move all data to another database: from the data folder's SQLite to PostgreSQL, or from
    the PostgreSQL of database_url to SQLite. Every row is compared. What is cut off goes on when it
    is run again.

    While the server runs, its log goes ahead, and the status is 3: stop it and run this again.
    """
    console = Console(stderr=True)
    configure_logs(level="warning")
    try:
        settings = load({"data": None if data is None else str(data)}, file=config)
        with Progress(*columns(), console=console, disable=not console.is_terminal) as progress:
            done = asyncio.run(_moved(settings, to or settings.database_url, Bars(progress)))
    except (MoveError, ConfigError, Unusable, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if isinstance(done, Ahead):
        typer.echo(f"The server runs, so only its log was moved: {done.events} events.")
        typer.echo("Stop it and run this again: the rest is quick.")
        raise typer.Exit(UNFINISHED)
    rows = [(name, it.rows, f"{it.sum:016x}") for name, it in done.tables.items()]
    table(("table", "rows", "checksum on both sides"), rows)
    typer.echo(_next(to or settings.database_url))


async def _moved(settings: Settings, to: str, bars: Bars) -> Moved | Ahead:
    if to.startswith(_SCHEMES):
        return await to_postgres(settings.database, to, bars)
    if not to:
        raise MoveError("Say where: --to postgresql://user@host/name, or --to sqlite.")
    if "://" in to:
        raise MoveError("--to is a postgresql:// URL, `sqlite`, or a folder.")
    if not settings.database_url:
        raise MoveError("Set database_url to the PostgreSQL database that is to be moved.")
    folder = settings.folder if to == "sqlite" else structs.replace(settings, data=to).folder
    return await to_sqlite(settings.database_url, folder / settings.database.name, bars)


def _next(to: str) -> str:
    if to.startswith(_SCHEMES):
        return (
            "All is there. Set database_url and start the server. The bytes of files stay where"
            " they are; several nodes need a files_url that all of them reach."
        )
    return "All is there. Remove database_url, broker_url and registry_url, and start the server."
