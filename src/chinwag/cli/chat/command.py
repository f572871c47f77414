"""`chinwag chat`: from what was typed to the running client."""

import sys
from typing import Annotated

import typer

from chinwag.cli.account import PROFILE, Form, Ways, fail, profile_of
from chinwag.cli.chat.app import ChatApp
from chinwag.cli.jobs import USAGE
from chinwag.cli.profiles import DEFAULT_URL, normal_url

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def chat(
    url: Annotated[str, typer.Argument(metavar="[URL]", help="The server's address.")] = "",
    profile: PROFILE = None,
    sign_up: Annotated[bool, typer.Option("--sign-up", help="Begin with a new account.")] = False,
    claim: Annotated[str, typer.Option(metavar="CODE", help="Printed at the first start.")] = "",
    invite: Annotated[str, typer.Option(metavar="CODE", help="An invitation.")] = "",
) -> None:
    """Chat in the terminal, with the server at URL.

    The account is kept on this machine: the next time, `chinwag chat` is enough.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail(USAGE, "chat needs a terminal; send and tail work in pipes")
    with Ways():
        url = normal_url(url) if url else ""
    place = profile_of(profile, url or None)
    kept = place.account
    form = Form(url or (kept.url if kept else DEFAULT_URL), claim=claim, invite=invite)
    client = ChatApp(place, form, sign_up=sign_up or bool(claim or invite))
    client.run()
    raise typer.Exit(client.return_code or 0)
