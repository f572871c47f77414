"""`chinwag serve`: run the server. Every setting is a flag, made from the table of settings."""

import inspect
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from msgspec import structs

from chinwag.server.config import ConfigError, Settings, load, table


def _serve(config: Path | None, demo: bool, **flags: str | None) -> None:
    try:
        settings = load(flags, file=config)
    except ConfigError as error:
        typer.echo(f"chinwag: {error}", err=True)
        raise typer.Exit(2) from None
    run(settings, demo=demo)


def run(settings: Settings, *, demo: bool = False) -> None:
    """Serve until told to stop."""
    # Here, not above: `chinwag serve --help` need not load the server.
    import uvloop  # noqa: PLC0415

    from chinwag.server.app import App  # noqa: PLC0415
    from chinwag.server.demo import seed  # noqa: PLC0415
    from chinwag.server.observe import configure_logs  # noqa: PLC0415
    from chinwag.server.ports.store import Unusable  # noqa: PLC0415
    from chinwag.server.welcome import print_welcome  # noqa: PLC0415

    style = settings.log_format
    if style == "auto":
        style = "console" if sys.stderr.isatty() else "json"
    configure_logs(style, settings.log_level)
    os.umask(0o077)  # what lies in the folder is nobody else's business
    if not demo:
        settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

        def started(url: str, claim: str | None) -> None:
            kept = "PostgreSQL (database_url)" if settings.database_url else str(settings.folder)
            print_welcome(url, kept, claim)

        try:
            _until_stopped(uvloop.run, App(settings).run(started), settings)
        except Unusable as error:
            typer.echo(f"chinwag: {error}", err=True)
            raise typer.Exit(1) from None
        return
    with tempfile.TemporaryDirectory(prefix="chinwag-demo-") as folder, _sharing() as share:

        def introduced(url: str, _claim: str | None) -> None:
            _introduce(url)
            share(url)

        settings = structs.replace(settings, data=folder, sign_up="open")
        _until_stopped(uvloop.run, App(settings).run(introduced, seed), settings)


@contextmanager
def _sharing() -> Iterator[Callable[[str], None]]:
    """What lets the demo's people send one another files, beside the server at the URL."""
    begun: list[subprocess.Popen[bytes]] = []

    def begin(url: str) -> None:
        command = [sys.executable, "-m", "chinwag.cli.demo", url]
        # Ctrl+C is for the server.
        begun.append(subprocess.Popen(command, start_new_session=True))  # noqa: S603 - our own

    try:
        yield begin
    finally:
        for process in begun:
            process.terminate()
            process.wait()


def _until_stopped(
    run_loop: Callable[[Coroutine[Any, Any, None]], None],
    work: Coroutine[Any, Any, None],
    settings: Settings,
) -> None:
    try:
        run_loop(work)
    except SystemExit:  # uvicorn's way to say that the address cannot be had
        place = f"{settings.host}:{settings.port}"
        typer.echo(
            f"chinwag: cannot listen on {place}; is something else there? --port takes another.",
            err=True,
        )
        raise typer.Exit(1) from None


def _introduce(url: str) -> None:
    from chinwag.server.demo import HANDLES, PASSWORD  # noqa: PLC0415
    from chinwag.server.welcome import program  # noqa: PLC0415

    typer.echo(f"chinwag is running at {url}, with a few people and some history;")
    typer.echo("they are about to send one another photos.")
    typer.echo(f"Open it and sign in as {', '.join(HANDLES)};")
    typer.echo(f"everybody's password is: {PASSWORD}")
    typer.echo("To see both sides, be somebody else in a private window, or in a terminal:")
    typer.echo(f"  {program()} chat --profile ben {url}")
    typer.echo("All of it is forgotten when you stop it with Ctrl+C.")


def _parameter(name: str, kind: Any, option: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=kind)


def _command() -> Any:
    """The command, with a flag a setting. Values go on as text, to be checked like those of the
    environment.
    """

    def serve(**given: Any) -> None:
        _serve(**given)

    parameters = [
        _parameter(
            "config", Path | None, typer.Option(None, "--config", help="The settings file.")
        ),
        _parameter("demo", bool, typer.Option(False, "--demo", help="With people to look at.")),
    ]
    parameters += [
        _parameter(
            setting.name,
            str | None,
            typer.Option(None, setting.flag, help=setting.help, metavar="VALUE"),
        )
        for setting in table()
    ]
    serve.__doc__ = (
        "Run the server until it is told to stop. Settings come from chinwag.toml, then CHINWAG_…"
        " variables, then these flags."
    )
    serve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    serve.__annotations__ = {each.name: each.annotation for each in parameters}
    return serve


app = typer.Typer(help="Run the server.")
app.command("serve")(_command())
