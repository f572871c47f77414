"""`chinwag sign-in`: keep an account on this machine."""

from typing import Annotated

import typer

from chinwag.cli.account import PROFILE, URL, Form, signed
from chinwag.cli.profiles import DEFAULT_URL

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sign_in(
    url: URL = DEFAULT_URL,
    handle: Annotated[str, typer.Option(prompt=True, help="The account's handle.")] = "",
    profile: PROFILE = None,
) -> None:
    """Sign in to the server at URL, and keep the account on this machine.

    The password is asked for, or taken from CHINWAG_PASSWORD.
    """
    signed(url, Form(url, handle.lower().removeprefix("@")), profile, up=False)
