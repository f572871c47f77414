"""`chinwag serve`: runs the server. Its flags are the settings, made from their table."""

import inspect
from pathlib import Path
from typing import Any, get_origin

import typer

from chinwag.server.app import serve as serve_app
from chinwag.server.config import ConfigError, Setting, load, table

app = typer.Typer(help="Run the server.")


def _flag(setting: Setting) -> inspect.Parameter:
    """A setting as an option that is None unless given."""
    kind: Any = list[str] if get_origin(setting.type) is tuple else setting.type
    flag = f"{setting.flag}/--no-{setting.flag[2:]}" if kind is bool else setting.flag
    return inspect.Parameter(
        setting.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=typer.Option(None, flag, help=setting.help, show_default=str(setting.default)),
        annotation=kind | None,
    )


def _serve(config: Path | None, demo: bool, **flags: Any) -> None:
    """Run the server until it is told to stop (Ctrl-C, SIGTERM)."""
    try:
        settings = load(
            {
                name: given or None if isinstance(given, list) else given
                for name, given in flags.items()
            },
            file=config,
        )
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    serve_app(settings, demo=demo)


_CONFIG = inspect.Parameter(
    "config",
    inspect.Parameter.KEYWORD_ONLY,
    default=typer.Option(None, "--config", help="The settings file.", exists=True, dir_okay=False),
    annotation=Path | None,
)
_DEMO = inspect.Parameter(
    "demo",
    inspect.Parameter.KEYWORD_ONLY,
    default=typer.Option(False, "--demo", help="With people and chats to try out."),
    annotation=bool,
)


def _command() -> Any:
    parameters = [_CONFIG, _DEMO, *(_flag(setting) for setting in table())]

    def command(**given: Any) -> None:
        _serve(**given)

    command.__doc__ = _serve.__doc__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


app.command("serve")(_command())
