"""`chinwag sign-up`: make an account, and keep it on this machine."""

from typing import Annotated

import typer

from chinwag.cli.account import PROFILE, URL, Form, signed
from chinwag.cli.profiles import DEFAULT_URL

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sign_up(
    url: URL = DEFAULT_URL,
    handle: Annotated[str, typer.Option(prompt=True, help="Lower-case letters, digits, . _")] = "",
    name: Annotated[str, typer.Option(prompt=True, help="What others see.")] = "",
    invite: Annotated[str, typer.Option(metavar="CODE", help="An invitation.")] = "",
    claim: Annotated[str, typer.Option(metavar="CODE", help="Printed at the first start.")] = "",
    profile: PROFILE = None,
) -> None:
    """Make an account on the server at URL, and keep it on this machine.

    The password is asked for, or taken from CHINWAG_PASSWORD.
    """
    form = Form(url, handle.lower().removeprefix("@"), name, invite=invite, claim=claim)
    signed(url, form, profile, up=True)
