"""`chinwag send`: one message or file, from a shell or a script."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chinwag.cli.account import PROFILE, fail
from chinwag.cli.jobs import USAGE, Failed, Line, SendJob
from chinwag.cli.progress import bar
from chinwag.cli.session import Session, done, finish, session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Reach(StrEnum):
    """How far a message is waited for."""

    accepted = "accepted"
    delivered = "delivered"
    read = "read"


class Kind(StrEnum):
    """As what a file is sent."""

    photo = "photo"
    video = "video"
    voice = "voice"
    document = "document"


@app.command()
def send(
    to: Annotated[str, typer.Argument(metavar="TO", help="A handle, or a chat's name or id.")],
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="What to say; - reads standard input."),
    ] = None,
    file: Annotated[
        str, typer.Option("--file", metavar="PATH", help="A file; - reads standard input.")
    ] = "",
    kind: Annotated[
        Kind | None, typer.Option("--as", help="What the file is; else as its name says.")
    ] = None,
    name: Annotated[str, typer.Option(help="What the file is called; else as its path.")] = "",
    reply_to: Annotated[
        int | None, typer.Option(metavar="SEQ", help="Answer that message of the chat.")
    ] = None,
    wait: Annotated[Reach, typer.Option(help="How far it must have come.")] = Reach.accepted,
    timeout: Annotated[float, typer.Option(help="Seconds to wait while nothing moves.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of it.")] = False,
    profile: PROFILE = None,
) -> None:
    """Send TEXT to TO, or a file with TEXT as its caption.

    It acts for CHINWAG_TOKEN at CHINWAG_URL, or for the account kept on this machine. Exit codes:
    0 done, 1 refused, 2 wrong usage, 3 not reached; then nothing is sent later.
    """
    words = text or []
    if words == ["-"] and file == "-":
        fail(USAGE, "standard input is the text or the file, not both")
    said = sys.stdin.read().rstrip("\n") if words == ["-"] else " ".join(words)
    if not said.strip() and not file:
        fail(USAGE, "there is nothing to send")
    try:
        with _on_disk(file) as path:
            job = SendJob(
                to=to,
                text=said,
                reply_to=reply_to,
                wait=wait.value,
                seconds=timeout,
                file=str(path or ""),
                kind=kind.value if kind else None,
                name=name or ("standard input" if file == "-" else ""),
            )
            result = asyncio.run(_result(session(profile), job))
    except Failed as error:
        finish(error)
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        if as_json:
            typer.echo(json.dumps(result))


@contextmanager
def _on_disk(file: str) -> Iterator[Path | None]:
    """Where the file is: whoever has the account open reads it there."""
    if file != "-":
        yield Path(file).absolute() if file else None
        return
    with tempfile.TemporaryDirectory(prefix="chinwag-") as folder:
        path = Path(folder, "standard input")
        with path.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy)
        yield path


async def _result(session: Session, job: SendJob) -> Line:
    result: Line = {}
    name = job.name or Path(job.file).name if job.file else ""
    async with aclosing(done(session, job)) as lines:
        with bar(name) as show:
            async for line in lines:
                result = line
                if "done" in line:
                    show(line["done"], line["size"])
    return result
