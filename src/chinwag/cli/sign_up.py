"""`chinwag sign-up`: make an account, and keep it on this machine."""

from typing import Annotated

import typer

from chinwag.cli.account import HANDLE, PROFILE, URL, WHO, Form, handle_of, signed
from chinwag.cli.profiles import DEFAULT_URL

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sign_up(
    url: URL = DEFAULT_URL,
    who: WHO = "",
    handle: HANDLE = "",
    name: Annotated[str, typer.Option(help="What others see; asked for if not given.")] = "",
    invite: Annotated[str, typer.Option(metavar="CODE", help="An invitation.")] = "",
    claim: Annotated[str, typer.Option(metavar="CODE", help="Printed at the first start.")] = "",
    profile: PROFILE = None,
) -> None:
    """Make the account HANDLE on the server at URL, and keep it on this machine.

    The password is asked for, or taken from CHINWAG_PASSWORD.
    """
    handle = handle_of(who, handle)
    name = name or typer.prompt("Name")
    form = Form(url, handle, name, invite=invite, claim=claim)
    signed(url, form, profile, up=True)
