"""`chinwag doctor`: tries every part that the settings name, and says what to change."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer

from chinwag.cli.console import CONFIG, DATA
from chinwag.server.config import FILE, PREFIX, ConfigError, load
from chinwag.server.doctor import Finding, State, examine

app = typer.Typer()

_COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


@app.command()
def doctor(
    as_json: bool = typer.Option(False, "--json", help="One JSON object, for programs."),
    data: Path | None = DATA,
    config: Path | None = CONFIG,
) -> None:
    """Check every part that the settings name by using it, while the server runs or not.

    Status 1 if something does not work; warnings alone are no failure.
    """
    findings = _findings(data, config)
    if as_json:
        lines = [msgspec.to_builtins(each) for each in findings]
        typer.echo(msgspec.json.encode({"well": _well(findings), "findings": lines}).decode())
    else:
        _tell(findings)
    if not _well(findings):
        raise typer.Exit(1)


def _findings(data: Path | None, config: Path | None) -> Sequence[Finding]:
    try:
        settings = load({"data": None if data is None else str(data)}, file=config)
    except ConfigError as error:
        return [Finding("settings", State.FAIL, str(error), advice="see docs/settings.md")]
    return asyncio.run(examine(settings, _file(config)))


def _file(config: Path | None) -> Path | None:
    """Where the settings came from, as `load` looks for it."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    path = config or Path(named or FILE)
    return path if path.exists() else None


def _tell(findings: Sequence[Finding]) -> None:
    width = max(len(each.part) for each in findings)
    for each in findings:
        state = typer.style(f"{each.state:<4}", fg=_COLOURS[each.state])
        took = f"  ({each.seconds * 1000:.0f} ms)" if each.seconds else ""
        typer.echo(f"{state}  {each.part:<{width}}  {each.text}{took}")
        if each.advice:
            typer.echo(f"{'':6}{'':{width}}  -> {each.advice}")
    bad, doubtful = _count(findings, State.FAIL), _count(findings, State.WARN)
    if bad or doubtful:
        typer.echo(f"{bad} to mend, {doubtful} to look at")
    else:
        typer.echo("all is well")


def _count(findings: Sequence[Finding], state: State) -> int:
    return sum(each.state is state for each in findings)


def _well(findings: Sequence[Finding]) -> bool:
    return not _count(findings, State.FAIL)
