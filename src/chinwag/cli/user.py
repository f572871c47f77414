"""`chinwag user`: accounts."""

import sys
from pathlib import Path

import typer

from chinwag.cli.console import CONFIG, DATA, moment, run, table

app = typer.Typer(no_args_is_help=True, help="Create, list, disable accounts; reset passwords.")

_STDIN = typer.Option(False, "--password-stdin", help="Read the password from standard input.")


def _password(stdin: bool) -> str | None:
    """From standard input, or None to have one made. Never from the command line, which others
    on the machine can see.
    """
    return sys.stdin.readline().rstrip("\r\n") if stdin else None


def _tell(stdin: bool, password: str) -> None:
    if not stdin:
        typer.echo(f"password: {password}")
        typer.echo("It is not shown again.")


@app.command("list")
def list_(data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """List all accounts."""
    accounts = run(data, config, lambda admin: admin.accounts())
    table(
        ("handle", "name", "kind", "status", "admin", "devices", "created", "last seen"),
        [
            (
                each.handle,
                each.name,
                each.kind,
                each.status,
                "yes" if each.admin else "no",
                each.devices,
                moment(each.created_at),
                moment(each.last_seen),
            )
            for each in accounts
        ],
    )


@app.command()
def create(
    handle: str,
    name: str = typer.Option("", help="How others see the person; else the handle."),
    admin: bool = typer.Option(False, "--admin", help="Make the person an admin."),
    bot: bool = typer.Option(False, "--bot", help="Make a bot, and show its token."),
    password_stdin: bool = _STDIN,
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Make an account, whatever the sign-up mode. Without a password, one is made and shown."""
    if bot:
        token = run(data, config, lambda door: door.create_bot(handle, name or handle))
        typer.echo(f"created {handle}")
        typer.echo(f"token: {token}")
        typer.echo("It is not shown again.")
        return
    given = _password(password_stdin)
    made = run(data, config, lambda door: door.create(handle, name or handle, given, admin=admin))
    typer.echo(f"created {handle}")
    _tell(password_stdin, made)


@app.command()
def disable(handle: str, data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Lock an account out, and close all its connections."""
    run(data, config, lambda admin: admin.disable(handle))
    typer.echo(f"disabled {handle}")


@app.command()
def enable(handle: str, data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Let a disabled account sign in again."""
    run(data, config, lambda admin: admin.enable(handle))
    typer.echo(f"enabled {handle}")


@app.command()
def reset(
    handle: str,
    password_stdin: bool = _STDIN,
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Give an account another password, and sign all its devices out."""
    given = _password(password_stdin)
    made = run(data, config, lambda admin: admin.reset_password(handle, given))
    typer.echo(f"reset {handle}")
    _tell(password_stdin, made)


@app.command("make-admin")
def make_admin(
    handle: str,
    undo: bool = typer.Option(False, "--undo", help="Take it back."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Make somebody an admin of the server."""
    run(data, config, lambda admin: admin.make_admin(handle, admin=not undo))
    typer.echo(f"{handle} is {'no longer ' if undo else ''}an admin")
