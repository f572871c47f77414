"""`chinwag`: the root of the command line. Each command's module is loaded when it is called, so
that ``chinwag --help`` is quick and no command pays for another's imports.
"""

import importlib
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

import chinwag


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is: a module with a Typer ``app``, and its line in the help."""

    module: str
    help: str
    app: str = "app"


COMMANDS: dict[str, Place] = {
    "chat": Place("chinwag.cli.chat", "Chat in the terminal."),
    "serve": Place("chinwag.cli.serve", "Run the server."),
    "send": Place("chinwag.cli.send", "Send a message or a file from a shell or a script."),
    "download": Place("chinwag.cli.download", "Download the file of a message."),
    "tail": Place("chinwag.cli.tail", "Print messages as they come."),
    "sign-in": Place("chinwag.cli.sign_in", "Keep an account on this machine."),
    "sign-up": Place("chinwag.cli.sign_up", "Make an account, and keep it on this machine."),
    "sign-out": Place("chinwag.cli.sign_out", "End this machine's session."),
    "user": Place("chinwag.cli.user", "Create, list, disable accounts; reset passwords."),
    "admin": Place("chinwag.cli.admin", "Invites, dead letters, checks."),
    "doctor": Place("chinwag.cli.doctor", "Check every part by using it."),
    "migrate": Place("chinwag.cli.migrate", "Move all data to another database."),
    "backup": Place(
        "chinwag.cli.backup", "Write all data into one file, verified.", app="backup_app"
    ),
    "restore": Place(
        "chinwag.cli.backup", "Put a backup in place, once verified.", app="restore_app"
    ),
    "echo": Place("chinwag.cli.echo", "Run a bare WebSocket echo server, for measuring."),
}


class LazyGroup(TyperGroup):
    """Knows its commands by name and help alone, until one is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A stand-in for the help, or None."""
        place = COMMANDS.get(cmd_name)
        return None if place is None else TyperCommand(cmd_name, help=place.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command itself, for it is about to be called."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            place = COMMANDS[name]
            found = getattr(importlib.import_module(place.module), place.app)
            command = typer.main.get_command(found) if isinstance(found, typer.Typer) else found
            command.name = name
        return name, command, rest


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing Rich for the help takes as long as all the rest
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"chinwag {chinwag.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Self-hosted messaging: one-to-one and group chats, on every device a person has."""


def main() -> None:
    """The entry point."""
    app(prog_name="chinwag")
