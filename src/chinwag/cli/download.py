"""`chinwag download`: the file of a message."""

import asyncio
import json
import shutil
import sys
import tempfile
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from chinwag.cli.account import PROFILE
from chinwag.cli.jobs import DownloadJob, Failed, Line
from chinwag.cli.progress import bar
from chinwag.cli.session import Session, done, finish, session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def download(
    chat: Annotated[str, typer.Argument(metavar="CHAT", help="A handle, or a chat's name or id.")],
    seq: Annotated[
        int | None, typer.Argument(metavar="[SEQ]", help="Which message; else the newest file.")
    ] = None,
    to: Annotated[
        str, typer.Option("--to", "-o", metavar="PATH", help="A folder or a file; - is output.")
    ] = ".",
    timeout: Annotated[float, typer.Option(help="Seconds to wait for the server.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of it.")] = False,
    profile: PROFILE = None,
) -> None:
    """Download the file of a message, and print where it is.

    In a folder it gets a name made of its own, and takes no other file's place. What a cut left
    goes on when the command is given again. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not
    reached.
    """
    try:
        if to == "-":
            _piped(chat, seq, timeout, profile)
            return
        job = DownloadJob(chat=chat, to=str(Path(to).absolute()), seq=seq, seconds=timeout)
        result = asyncio.run(_result(session(profile), job))
        typer.echo(json.dumps(result) if as_json else result["path"])
    except Failed as error:
        finish(error)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has enough; do not complain at exit
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def _piped(chat: str, seq: int | None, timeout: float, profile: str | None) -> None:
    """To standard output, once all of it is here and checked: whoever has the account open may be
    another program.
    """
    with tempfile.TemporaryDirectory(prefix="chinwag-") as folder:
        path = Path(folder, "file")
        job = DownloadJob(chat=chat, to=str(path), seq=seq, seconds=timeout)
        asyncio.run(_result(session(profile), job))
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


async def _result(session: Session, job: DownloadJob) -> Line:
    result: Line = {}
    async with aclosing(done(session, job)) as lines:
        with bar(job.chat) as show:
            async for line in lines:
                result = line
                if "done" in line:
                    show(line["done"], line["size"])
    return result
