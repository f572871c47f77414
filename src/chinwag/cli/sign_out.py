"""`chinwag sign-out`: end this machine's session."""

import asyncio
from typing import Annotated

import typer

from chinwag.cli.account import PROFILE, Ways, fail, profile_of
from chinwag.cli.jobs import USAGE
from chinwag.protocol.errors import ChinwagError
from chinwag.sdk import accounts

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def sign_out(
    profile: PROFILE = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Also delete the messages and drafts kept here.")
    ] = False,
) -> None:
    """Sign this machine out. Its messages and drafts are kept for the next sign-in."""
    place = profile_of(profile, None)
    account = place.account
    if account is None or not (account.token or forget):
        fail(USAGE, f"nobody is signed in as profile {place.name}")
    if account.token:
        with Ways():
            asyncio.run(_end(account.url, account.token))
    place.signed_out()
    if forget:
        place.forget(account)
    typer.echo(f"Signed out of {account.url}.")


async def _end(url: str, token: str) -> None:
    try:
        await accounts.sign_out(url, token)
    except ChinwagError as error:
        if error.kind.code != "unauthenticated":  # it was over already
            raise
