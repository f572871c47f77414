"""Signing in, up and out: for the terminal client, and as commands of their own."""

import asyncio
import getpass
import os
import platform
import sys
from pathlib import Path

import click
from msgspec import Struct

from chinwag.cli.jobs import REFUSED, UNREACHABLE, USAGE
from chinwag.cli.profiles import DEFAULT_URL, Profile, chosen, normal_url
from chinwag.cli.text import one_line
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.http import SignedIn, SignIn, SignUp
from chinwag.sdk import accounts


class Form(Struct):
    """What one fills in. ``invite`` may hold a claim as well: the server tells them apart."""

    url: str = DEFAULT_URL
    handle: str = ""
    name: str = ""
    password: str = ""
    invite: str = ""
    claim: str = ""


async def sign(form: Form, *, up: bool) -> tuple[str, SignedIn]:
    """Sign in or up; gives the address as it is to be kept, and the answer.

    Raises:
        ChinwagError: refused.
        OSError: the server is not reachable.
        ValueError: the address is none.
    """
    url = normal_url(form.url)
    if not up:
        sign_in = SignIn(handle=form.handle, password=form.password, device=device_name())
        return url, await accounts.sign_in(url, sign_in)
    sign_up = SignUp(
        handle=form.handle,
        name=form.name,
        password=form.password,
        device=device_name(),
        invite=form.invite or None,
        claim=form.claim or None,
    )
    try:
        return url, await accounts.sign_up(url, sign_up)
    except ChinwagError as error:
        # One field takes both kinds of code: what is no invitation may be the server's claim.
        if error.kind.code != "invite_invalid" or not form.invite:
            raise
        sign_up.invite, sign_up.claim = None, form.invite
        return url, await accounts.sign_up(url, sign_up)


def device_name() -> str:
    """What this machine is called in the list of devices."""
    return one_line(f"terminal on {platform.node() or 'a machine'}", 64)


# --- commands ------------------------------------------------------------------------------------

_PROFILE = click.option("--profile", metavar="NAME", help="Which account kept on this machine.")
_HANDLE = click.option("--handle", prompt=True, help="The account's handle.")


@click.command("sign-in")
@click.argument("url", default=DEFAULT_URL)
@_HANDLE
@_PROFILE
def sign_in(url: str, handle: str, profile: str | None) -> None:
    """Sign in to the server at URL, and keep the account on this machine.

    The password is asked for, or taken from CHINWAG_PASSWORD.
    """
    _signed(url, Form(url, handle.lower().removeprefix("@")), profile, up=False)


@click.command("sign-up")
@click.argument("url", default=DEFAULT_URL)
@_HANDLE
@click.option("--name", prompt=True, help="What others see.")
@click.option("--invite", default="", metavar="CODE", help="An invitation to the server.")
@click.option("--claim", default="", metavar="CODE", help="The code printed at its first start.")
@_PROFILE
def sign_up(url: str, handle: str, name: str, invite: str, claim: str, profile: str | None) -> None:
    """Make an account on the server at URL, and keep it on this machine.

    The password is asked for, or taken from CHINWAG_PASSWORD.
    """
    form = Form(url, handle.lower().removeprefix("@"), name, invite=invite, claim=claim)
    _signed(url, form, profile, up=True)


@click.command("sign-out")
@_PROFILE
@click.option("--forget", is_flag=True, help="Also delete the messages and drafts kept here.")
def sign_out(profile: str | None, forget: bool) -> None:
    """Sign this machine out. Its messages and drafts are kept for the next sign-in."""
    place = _place(profile, None)
    account = place.account
    if account is None:
        raise click.UsageError(f"nobody is signed in as profile {place.name}")
    if account.token:
        with Ways():
            try:
                asyncio.run(accounts.sign_out(account.url, account.token))
            except ChinwagError as error:
                if error.kind.code != "unauthenticated":
                    raise
    place.signed_out()
    if forget:
        for file in (place.store(account), place.drafts(account)):
            for it in file.parent.glob(f"{file.name}*"):
                Path(it).unlink(missing_ok=True)
    click.echo(f"Signed out of {account.url}.")


def _signed(url: str, form: Form, name: str | None, *, up: bool) -> None:
    form.password = os.environ.get("CHINWAG_PASSWORD") or _password()
    place = _place(name, url)
    with Ways():
        url, signed_in = asyncio.run(sign(form, up=up))
    place.keep(url, signed_in)
    user = signed_in.user
    said = f"Signed in to {url} as {one_line(user.name)} (@{user.handle})"
    click.echo(f"{said}, kept as profile {place.name}.")


def _password() -> str:
    if not sys.stdin.isatty():
        raise click.UsageError("no terminal to ask for a password: set CHINWAG_PASSWORD")
    return getpass.getpass("Password: ")


def _place(name: str | None, url: str | None) -> Profile:
    try:
        return chosen(name, url)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


class Ways:
    """Turns what a server or the network does into words on standard error and an exit code."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ChinwagError):
            fail(REFUSED, one_line(str(error)))
        if isinstance(error, OSError):
            fail(UNREACHABLE, f"the server cannot be reached: {one_line(str(error))}")
        if isinstance(error, ValueError):
            fail(USAGE, one_line(str(error)))


def fail(code: int, text: str) -> None:
    """End the program with words and an exit code."""
    click.echo(f"chinwag: {text}", err=True)
    sys.exit(code)
