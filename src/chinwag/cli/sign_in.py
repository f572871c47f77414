"""`chinwag sign-in`: keep an account on this machine."""

import typer

from chinwag.cli.account import HANDLE, PROFILE, URL, WHO, Form, handle_of, signed
from chinwag.cli.profiles import DEFAULT_URL

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sign_in(
    url: URL = DEFAULT_URL,
    who: WHO = "",
    handle: HANDLE = "",
    profile: PROFILE = None,
) -> None:
    """Sign in to the server at URL as HANDLE, and keep the account on this machine.

    The password is asked for, or taken from CHINWAG_PASSWORD.
    """
    signed(url, Form(url, handle_of(who, handle)), profile, up=False)
