"""`chinwag tail`: messages as they come, a line each."""

import asyncio
import json
import re
import sys
from contextlib import aclosing
from datetime import datetime

import click

from chinwag.cli.jobs import Failed, Line, TailJob, now
from chinwag.cli.session import Session, done, finish, session
from chinwag.cli.text import one_line
from chinwag.cli.words import local

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_WIDEST = 12_000


@click.command()
@click.argument("chat", default="")
@click.option("-n", "--lines", default=10, show_default=True, help="Begin with so many messages.")
@click.option("--since", metavar="WHEN", help="Begin at 30m, 2h, 1d ago, or at a date and time.")
@click.option("--no-follow", is_flag=True, help="Do not wait for new ones.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON each.")
@click.option("--profile", metavar="NAME", help="Which account kept on this machine.")
def tail(
    chat: str, lines: int, since: str | None, no_follow: bool, as_json: bool, profile: str | None
) -> None:
    """Print messages as they come: of CHAT (a handle, or a chat's name or id), or of all chats.

    It acts for CHINWAG_TOKEN at CHINWAG_URL, or for the account kept on this machine. Nothing
    becomes read by it. Exit codes: 1 refused, 2 wrong usage, 3 not reached.
    """
    try:
        begin = moment(since) if since else None
    except ValueError:
        raise click.UsageError(f"{since!r} is neither like 2h nor a date and time") from None
    job = TailJob(chat, lines, begin, not no_follow)
    try:
        asyncio.run(_print(session(profile), job, as_json))
    except Failed as error:
        finish(error)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has enough; do not complain at exit
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


async def _print(session: Session, job: TailJob, as_json: bool) -> None:
    async with aclosing(done(session, job)) as lines:
        async for line in lines:
            print(json.dumps(line) if as_json else plain_line(line), flush=True)


def plain_line(line: Line) -> str:
    """A message on one line, harmless to a terminal: when, who, where, what."""
    at = local(line["at"]).strftime("%Y-%m-%d %H:%M:%S")
    who = "You" if line["own"] else one_line(line["name"] or line["handle"] or "Somebody")
    where = one_line(line["chat_name"])
    if line["chat_kind"] == "group":
        who = f"{who} in {where}"
    elif line["own"]:
        who = f"{who} to {where}"
    said = f"invitation to {line['text']}" if line["kind"] == "invite" else line["text"]
    return f"{at}  {who}: {one_line(said, _WIDEST)}"


def moment(text: str) -> int:
    """The moment (ms) that ``2h`` or ``2026-03-03 14:05`` means. Raises ValueError."""
    if match := re.fullmatch(r"(\d{1,6})([smhdw])", text.strip()):
        return now() - int(match[1]) * _UNITS[match[2]] * 1000
    return int(datetime.fromisoformat(text.strip()).astimezone().timestamp() * 1000)
