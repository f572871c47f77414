"""`chinwag admin`: what operators look after."""

from collections.abc import Sequence
from pathlib import Path

import typer
from rich.filesize import decimal

from chinwag.cli.backup import check
from chinwag.cli.console import CONFIG, DATA, moment, run, table

app = typer.Typer(no_args_is_help=True, help="Invites, dead letters, checks.")
invites = typer.Typer(no_args_is_help=True, help="Codes with which people may sign up.")
dead = typer.Typer(no_args_is_help=True, help="Work that failed for good.")
app.command()(check)
app.add_typer(invites, name="invites")
app.add_typer(dead, name="dead-letters")


@app.command()
def stats(data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Show how much there is of what."""
    table(("what", "count"), run(data, config, lambda admin: admin.stats()).items())


@app.command()
def storage(
    clean: bool = typer.Option(False, "--clean", help="Remove what nothing refers to."),
    dry_run: bool = typer.Option(False, "--dry-run", help="With --clean: only say what would go."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Show what files take, and what of it could go. A running server cleans up by itself."""
    if clean and not dry_run:
        gone = run(data, config, lambda admin: admin.clean())
        _sizes("removed", gone)
        return
    use, going = run(data, config, lambda admin: admin.storage())
    if not clean:
        _sizes("files", use.files)
        _sizes("kept", use.kept)
        _sizes("most of it", use.people)
    _sizes("could go", going)


def _sizes(heading: str, parts: Sequence[tuple[str, int, int]]) -> None:
    table((heading, "number", "size"), [(what, n, decimal(size)) for what, n, size in parts])


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


@dead.command("list")
def list_dead(
    limit: int = typer.Option(100, min=1, max=10_000, help="At most so many."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """List dead letters, newest first."""
    jobs = run(data, config, lambda admin: admin.dead_letters(limit))
    table(
        ("id", "kind", "attempts", "begun", "died", "why"),
        [
            (job.id, job.kind, job.attempts, moment(job.created_at), moment(job.dead_at), job.error)
            for job in jobs
        ],
    )


@dead.command("show")
def show_dead(job: str, data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Show one with its body, which names the message but does not hold its text."""
    jobs = run(data, config, lambda admin: admin.dead_letters(10_000))
    found = next((each for each in jobs if each.id == job), None)
    if found is None:
        _missing(job)
    else:
        table(
            ("field", "value"),
            [
                ("id", found.id),
                ("kind", found.kind),
                ("key", found.key),
                ("attempts", found.attempts),
                ("begun", moment(found.created_at)),
                ("died", moment(found.dead_at)),
                ("why", found.error),
                ("body", found.body.decode(errors="replace")),
            ],
        )


@dead.command("replay")
def replay_dead(job: str, data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Try it again from the start."""
    if not run(data, config, lambda admin: admin.replay(job)):
        _missing(job)
    typer.echo(f"replayed {job}")


@dead.command("discard")
def discard_dead(job: str, data: Path | None = DATA, config: Path | None = CONFIG) -> None:
    """Forget it."""
    if not run(data, config, lambda admin: admin.discard(job)):
        _missing(job)
    typer.echo(f"discarded {job}")


def _missing(job: str) -> None:
    typer.echo(f"There is no dead letter {job!r}.", err=True)
    raise typer.Exit(1)
