"""Bodies of the HTTP side: what must work before there is a session. OpenAPI is made of these."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chinwag.protocol.results import User
from chinwag.protocol.scalars import (
    Code,
    DeviceName,
    Handle,
    Millis,
    Name,
    NewPassword,
    Password,
)

Secret = Annotated[str, Meta(max_length=128)]


class _In(Struct, forbid_unknown_fields=True):
    """Base of what clients send."""


class SignUp(_In):
    """A new account. ``invite`` where the server asks for one; ``claim`` is the one-time code
    that the server printed at its first start and makes this account its admin.
    """

    handle: Handle
    name: Name
    password: NewPassword
    device: DeviceName = "a device"
    invite: Code | None = None
    claim: Code | None = None


class SignIn(_In):
    """Sign in with a handle and a password, as a new device."""

    handle: Annotated[str, Meta(max_length=64)]
    password: Password
    device: DeviceName = "a device"


class SignedIn(Struct):
    """A session token for ``Authorization: Bearer``; browsers get it as a cookie as well."""

    user: User
    device: str
    token: str


class Session(Struct):
    """Whose cookie it is: pages cannot read it, nor why a socket was refused. Empty: nobody's."""

    user: str = ""
    device: str = ""


class Address(Struct):
    """Where a request came from, as limits go by: an IPv4 address, the network of an IPv6 one, or
    ``local``; and what became of its forwarding headers: there were none, a trusted proxy set
    them, or they were ignored.
    """

    address: str
    forwarding: Literal["none", "believed", "ignored"]


class Server(Struct):
    """What a client may know before signing in."""

    name: str
    version: str
    protocol: int
    features: tuple[str, ...]
    sign_up: str
    claimed: bool
    now: Millis
