"""`chinwag tail`: messages as they come, a line each."""

import asyncio
import json
import re
import sys
from contextlib import aclosing
from datetime import datetime
from typing import Annotated

import msgspec
import typer

from chinwag.cli.account import PROFILE, fail
from chinwag.cli.files import preview_of
from chinwag.cli.jobs import USAGE, Failed, Line, TailJob, now
from chinwag.cli.session import Session, done, finish, session
from chinwag.cli.text import one_line
from chinwag.cli.words import local
from chinwag.protocol.files import File

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_WIDEST = 12_000


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def tail(
    chat: Annotated[
        str, typer.Argument(metavar="[CHAT]", help="A handle, or a chat's name or id.")
    ] = "",
    lines: Annotated[int, typer.Option("-n", "--lines", help="Begin with so many messages.")] = 10,
    since: Annotated[
        str, typer.Option(metavar="WHEN", help="Begin 30m, 2h or 1d ago, or at a date and time.")
    ] = "",
    follow: Annotated[bool, typer.Option(help="Wait for new ones.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON each.")] = False,
    profile: PROFILE = None,
) -> None:
    """Print messages as they come, of CHAT or of all chats.

    It acts for CHINWAG_TOKEN at CHINWAG_URL, or for the account kept on this machine. Nothing
    becomes read by it. Exit codes: 1 refused, 2 wrong usage, 3 not reached.
    """
    try:
        begin = moment(since) if since else None
    except ValueError:
        fail(USAGE, f"{since!r} is neither like 2h nor a date and time")
    job = TailJob(chat, lines, begin, follow)
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
    if "file" in line:
        said = preview_of(msgspec.convert(line["file"], File), said)
    return f"{at}  {who}: {one_line(said, _WIDEST)}"


def moment(text: str) -> int:
    """The moment (ms) that ``2h`` or ``2026-03-03 14:05`` means. Raises ValueError."""
    if match := re.fullmatch(r"(\d{1,6})([smhdw])", text.strip()):
        return now() - int(match[1]) * _UNITS[match[2]] * 1000
    return int(datetime.fromisoformat(text.strip()).astimezone().timestamp() * 1000)
