"""`chinwag serve`: run the server. Every setting is a flag, made from the table of settings."""

import sys
import tempfile
from pathlib import Path

import click
from msgspec import structs

from chinwag.server.config import ConfigError, Settings, load, table


def _options() -> list[click.Parameter]:
    """A flag a setting. Values go on as text, to be checked like those of the environment."""
    options: list[click.Parameter] = [
        click.Option(["--config"], type=click.Path(path_type=Path), help="A file of settings."),
        click.Option(["--demo"], is_flag=True, help="A throw-away server with people to look at."),
    ]
    options.extend(
        click.Option([setting.flag], help=setting.help, metavar=setting.name.upper())
        for setting in table()
    )
    return options


def _serve(config: Path | None, demo: bool, **flags: str | None) -> None:
    try:
        settings = load(flags, file=config)
    except ConfigError as error:
        raise click.ClickException(str(error)) from None
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
    if not demo:
        settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

        def started(url: str, claim: str | None) -> None:
            print_welcome(url, str(settings.folder), claim)

        try:
            uvloop.run(App(settings).run(started))
        except Unusable as error:
            raise click.ClickException(str(error)) from None
        return
    with tempfile.TemporaryDirectory(prefix="chinwag-demo-") as folder:
        settings = structs.replace(settings, data=folder, sign_up="open")
        uvloop.run(App(settings).run(_introduce, seed))


def _introduce(url: str, _claim: str | None) -> None:
    from chinwag.server.demo import HANDLES, PASSWORD  # noqa: PLC0415

    click.echo(f"chinwag is running at {url}, with a few people and some history.")
    click.echo(f"Sign in as {', '.join(HANDLES)}; everybody's password is: {PASSWORD}")
    click.echo(f"  chinwag chat --profile ada {url}")
    click.echo(f"  chinwag chat --profile ben {url}     (in a second terminal)")
    click.echo("All of it is forgotten when you stop it with Ctrl+C.")


app = click.Command(
    "serve",
    params=_options(),
    callback=_serve,
    help="Run the server until it is told to stop. Settings come from chinwag.toml, then"
    " CHINWAG_… variables, then these flags.",
)
