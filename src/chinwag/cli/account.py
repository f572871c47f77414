"""Signing in and up: what the terminal client and the commands for it share."""

import asyncio
import getpass
import os
import platform
import sys
from typing import Annotated, NoReturn

import typer
from msgspec import Struct

from chinwag.cli.jobs import REFUSED, UNREACHABLE, USAGE
from chinwag.cli.profiles import DEFAULT_URL, Profile, chosen, normal_url
from chinwag.cli.text import one_line
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.http import SignedIn, SignIn, SignUp
from chinwag.sdk import accounts

PROFILE = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which account kept on this machine.")
]
URL = Annotated[str, typer.Argument(help="The server's address.", metavar="URL")]
WHO = Annotated[str, typer.Argument(help="The account's handle.", metavar="HANDLE")]
HANDLE = Annotated[str, typer.Option("--handle", help="The same; asked for if not given.")]


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
        invite=_code(form.invite) or None,
        claim=_code(form.claim) or None,
    )
    try:
        return url, await accounts.sign_up(url, sign_up)
    except ChinwagError as error:
        # One field takes both kinds of code: what is no invitation may be the server's claim.
        if error.kind.code != "invite_invalid" or not sign_up.invite:
            raise
        sign_up.invite, sign_up.claim = None, sign_up.invite
        return url, await accounts.sign_up(url, sign_up)


def _code(text: str) -> str:
    """The code of a link to the server's page for it, or what is a code already."""
    return text.strip().rstrip("/").rpartition("/")[2]


def device_name() -> str:
    """What this machine is called in the list of devices."""
    return one_line(f"terminal on {platform.node() or 'a machine'}", 64)


def signed(url: str, form: Form, name: str | None, *, up: bool) -> None:
    """Sign in or up for a command: asks for the password, and keeps the account."""
    form.password = os.environ.get("CHINWAG_PASSWORD") or _password()
    place = profile_of(name, url)
    with Ways():
        url, signed_in = asyncio.run(sign(form, up=up))
    place.keep(url, signed_in)
    user = signed_in.user
    said = f"Signed in to {url} as {one_line(user.name)} (@{user.handle})"
    typer.echo(f"{said}, kept as profile {place.name}.")


def handle_of(word: str, option: str) -> str:
    """The handle that a command means, given as a word or as an option, or asked for."""
    given = {_plain(it) for it in (word, option) if it} or {_plain(typer.prompt("Handle"))}
    if len(given) > 1:
        fail(USAGE, f"two handles: {one_line(' and '.join(sorted(given)))}")
    return given.pop()


def _plain(handle: str) -> str:
    return handle.strip().lower().removeprefix("@")


def _password() -> str:
    if not sys.stdin.isatty():
        fail(USAGE, "no terminal to ask for a password: set CHINWAG_PASSWORD")
    return getpass.getpass("Password: ")


def profile_of(name: str | None, url: str | None) -> Profile:
    """The profile that a command means; ends the program if the name or address is none."""
    with Ways():
        return chosen(name, url)
    raise AssertionError  # `Ways` lets nothing pass that ends here


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


def fail(code: int, text: str) -> NoReturn:
    """End the program with words and an exit code."""
    typer.echo(f"chinwag: {text}", err=True)
    sys.exit(code)
