"""`chinwag send`: one message, from a shell or a script."""

import asyncio
import json
import sys
from contextlib import aclosing
from typing import cast

import click

from chinwag.cli.jobs import Failed, Line, SendJob, Wait
from chinwag.cli.session import Session, done, finish, session


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("to")
@click.argument("text", nargs=-1, required=True)
@click.option("--reply-to", type=int, metavar="SEQ", help="Answer that message of the chat.")
@click.option(
    "--wait",
    type=click.Choice(["accepted", "delivered", "read"]),
    default="accepted",
    show_default=True,
    help="How far it must have come.",
)
@click.option("--timeout", type=float, default=30.0, show_default=True, help="Seconds to wait.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of it as JSON.")
@click.option("--profile", metavar="NAME", help="Which account kept on this machine.")
def send(
    to: str,
    text: tuple[str, ...],
    reply_to: int | None,
    wait: str,
    timeout: float,
    as_json: bool,
    profile: str | None,
) -> None:
    """Send TEXT to TO: a handle, or a chat's name or id. With - the text is read from standard
    input.

    It acts for CHINWAG_TOKEN at CHINWAG_URL, or for the account kept on this machine. Exit codes:
    0 done, 1 refused, 2 wrong usage, 3 not reached; then nothing is sent later.
    """
    said = sys.stdin.read().rstrip("\n") if text == ("-",) else " ".join(text)
    if not said.strip():
        raise click.UsageError("there is nothing to send")
    job = SendJob(to, said, reply_to, cast("Wait", wait), timeout)
    try:
        result = asyncio.run(_result(session(profile), job))
    except Failed as error:
        finish(error)
    except KeyboardInterrupt:
        sys.exit(130)
    else:
        if as_json:
            click.echo(json.dumps(result))


async def _result(session: Session, job: SendJob) -> Line:
    result: Line = {}
    async with aclosing(done(session, job)) as lines:
        async for line in lines:
            result = line
    return result
