"""`chinwag backup`, `chinwag restore` and `chinwag admin check`: what is done to whole folders."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn

from chinwag.cli.console import CONFIG, DATA, moment, run
from chinwag.server.adapters.sqlite import backup as folders
from chinwag.server.admin import ConfigError, Settings, load

T = TypeVar("T")

_ELSEWHERE = (
    "The data is in PostgreSQL (database_url), not in a folder. It is backed up by its own means,"
    " as pg_dump, or pg_basebackup with WAL archiving: see docs/operations/backup.md."
)
_FILES_ONLY = "Checking the files only: PostgreSQL has pg_amcheck for the database."

backup_app = typer.Typer()
restore_app = typer.Typer()


class Bars(folders.Steps):
    """A bar a step, on the terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def step(self, what: str) -> None:
        self._task = self._progress.add_task(what)

    def at(self, done: int, total: int) -> None:
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=total or 1)


def columns() -> tuple[ProgressColumn, ...]:
    """What a step shows: its name and its bar."""
    return TextColumn("{task.description}"), BarColumn()


@backup_app.command()
def backup(
    file: Path = typer.Argument(help="The file to write.", dir_okay=False),
    overwrite: bool = typer.Option(False, "--overwrite", help="Also over an existing file."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Write all data into one file, verified, while the server runs or not."""
    manifest = _run(
        data,
        config,
        lambda folder, bars: folders.backup(folder, file, bars, overwrite=overwrite),
    )
    typer.echo(f"backed up {_held(manifest)} to {file}")
    files = _settings(data, config).files_url
    if files:
        typer.echo(f"not in it: the files of people, which are in {files} (files_url)", err=True)


@restore_app.command()
def restore(
    file: Path = typer.Argument(help="A file that `chinwag backup` wrote.", exists=True),
    force: bool = typer.Option(False, "--force", help="Also over existing data, kept aside."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Verify a backup and put it in place. The server must not run."""
    done = _run(data, config, lambda folder, bars: folders.restore(file, folder, bars, force=force))
    typer.echo(f"restored {_held(done.manifest)}, as of {moment(done.manifest.created_at)}")
    if done.aside is not None:
        typer.echo(f"what was there before is in {done.aside}")


def check(data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Check the data; status 1 if something is wrong. Reads all of it, while the server runs."""
    if _settings(data, config).database_url:
        typer.echo(_FILES_ONLY, err=True)
        found = []
    else:
        found = _run(data, config, folders.check_folder)
    if not found:  # what a damaged database says of its files is worth nothing
        found = _damaged(data, config)
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("all is well")


def _damaged(data: Path | None, config: Path | None) -> list[str]:
    console = Console(stderr=True)
    with Progress(*columns(), console=console, disable=not console.is_terminal) as progress:
        bars = Bars(progress)
        bars.step("checking the files")
        return run(data, config, lambda admin: admin.damaged(bars.at))


def _run(data: Path | None, config: Path | None, work: Callable[[Path, folders.Steps], T]) -> T:
    """Do it to the folder of the settings; what goes wrong ends the program with status 1."""
    console = Console(stderr=True)
    settings = _settings(data, config)
    if settings.database_url:
        _end(_ELSEWHERE)
    try:
        with Progress(*columns(), console=console, disable=not console.is_terminal) as progress:
            return work(settings.folder, Bars(progress))
    except (folders.BackupError, folders.Unusable, OSError) as error:
        _end(str(error))


def _settings(data: Path | None, config: Path | None) -> Settings:
    try:
        return load({"data": None if data is None else str(data)}, file=config)
    except ConfigError as error:
        _end(str(error))


def _end(text: str) -> NoReturn:
    """Tell why it does not go, with status 1."""
    typer.echo(text, err=True)
    raise typer.Exit(1)


def _held(manifest: folders.Manifest) -> str:
    counts = manifest.counts
    return f"{counts['accounts']} accounts, {counts['chats']} chats, {counts['events']} events"
