"""`chinwag admin`: what operators look after."""

from pathlib import Path

import typer

from chinwag.cli.console import CONFIG, DATA, moment, run, table

app = typer.Typer(no_args_is_help=True, help="Invites, dead letters, checks.")
invites = typer.Typer(no_args_is_help=True, help="Codes with which people may sign up.")
app.add_typer(invites, name="invites")


@app.command()
def stats(data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Show how much there is of what."""
    table(("what", "count"), run(data, config, lambda admin: admin.stats()).items())


@app.command()
def check(data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Check the database; status 1 if something is wrong. Reads all of it."""
    found = run(data, config, lambda admin: admin.check())
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)
    typer.echo("all is well")


@invites.command("create")
def create_invite(
    days: int = typer.Option(7, min=1, max=365, help="How long the code works."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Make a code for one sign-up."""
    typer.echo(run(data, config, lambda admin: admin.invite(days)))


@invites.command("list")
def list_invites(data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """List the codes, by the names under which they can be revoked; not the codes themselves."""
    rows = run(data, config, lambda admin: admin.invites())
    table(
        ("name", "kind", "created", "until"),
        [(name, kind, moment(made), moment(until)) for name, kind, made, until in rows],
    )


@invites.command("revoke")
def revoke_invite(name: str, data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Void a code by its name in the list."""
    if not run(data, config, lambda admin: admin.revoke_invite(name)):
        typer.echo(f"There is no code {name!r}.", err=True)
        raise typer.Exit(1)
    typer.echo(f"revoked {name}")
