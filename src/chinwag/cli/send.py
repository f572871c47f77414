"""`chinwag send`: one message, from a shell or a script."""

import asyncio
import json
import sys
from contextlib import aclosing
from enum import StrEnum
from typing import Annotated

import typer

from chinwag.cli.account import PROFILE, fail
from chinwag.cli.jobs import USAGE, Failed, Line, SendJob
from chinwag.cli.session import Session, done, finish, session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


class Reach(StrEnum):
    """How far a message is waited for."""

    accepted = "accepted"
    delivered = "delivered"
    read = "read"


@app.command()
def send(
    to: Annotated[str, typer.Argument(metavar="TO", help="A handle, or a chat's name or id.")],
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT", help="What to say; - reads standard input.")
    ],
    reply_to: Annotated[
        int | None, typer.Option(metavar="SEQ", help="Answer that message of the chat.")
    ] = None,
    wait: Annotated[Reach, typer.Option(help="How far it must have come.")] = Reach.accepted,
    timeout: Annotated[float, typer.Option(help="Seconds to wait.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of it.")] = False,
    profile: PROFILE = None,
) -> None:
    """Send TEXT to TO.

    It acts for CHINWAG_TOKEN at CHINWAG_URL, or for the account kept on this machine. Exit codes:
    0 done, 1 refused, 2 wrong usage, 3 not reached; then nothing is sent later.
    """
    said = sys.stdin.read().rstrip("\n") if text == ["-"] else " ".join(text)
    if not said.strip():
        fail(USAGE, "there is nothing to send")
    job = SendJob(to, said, reply_to, wait.value, timeout)
    try:
        result = asyncio.run(_result(session(profile), job))
    except Failed as error:
        finish(error)
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        if as_json:
            typer.echo(json.dumps(result))


async def _result(session: Session, job: SendJob) -> Line:
    result: Line = {}
    async with aclosing(done(session, job)) as lines:
        async for line in lines:
            result = line
    return result
