"""What must work before there is a session: sign up, sign in, sign out, and what a server is.
Four small HTTP calls by the standard library, in a thread.
"""

import asyncio
import http.client
import ssl
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from chinwag.protocol.errors import Failure
from chinwag.protocol.frames import encode
from chinwag.protocol.http import Server, SignedIn, SignIn, SignUp
from chinwag.sdk import decoding, errors

T = TypeVar("T", bound=msgspec.Struct)
TIMEOUT_SECONDS = 30.0
MAX_BODY = 1024 * 1024


async def sign_up(url: str, form: SignUp, *, tls: ssl.SSLContext | None = None) -> SignedIn:
    """Make an account on the server at ``url``.

    Raises:
        ChinwagError: refused; e.g. ``handle_taken``, ``weak_password``, ``sign_up_closed``.
        OSError: the server is not reachable.
    """
    return decoding.decoded(SignedIn, await _ask(url, "POST", "sign-up", form, tls=tls))


async def sign_in(url: str, form: SignIn, *, tls: ssl.SSLContext | None = None) -> SignedIn:
    """Sign in as a new device.

    Raises:
        ChinwagError: refused; e.g. ``wrong_credentials``, ``rate_limited``.
        OSError: the server is not reachable.
    """
    return decoding.decoded(SignedIn, await _ask(url, "POST", "sign-in", form, tls=tls))


async def sign_out(url: str, token: str, *, tls: ssl.SSLContext | None = None) -> None:
    """Make ``token`` void. Its sockets close within a second.

    Raises:
        ChinwagError: refused; ``unauthenticated`` if it was void already.
        OSError: the server is not reachable.
    """
    await _ask(url, "POST", "sign-out", {}, token=token, tls=tls)


async def server(url: str, *, tls: ssl.SSLContext | None = None) -> Server:
    """What the server at ``url`` is.

    Raises:
        OSError: the server is not reachable.
    """
    return decoding.decoded(Server, await _ask(url, "GET", "server", None, tls=tls))


async def _ask(
    url: str,
    method: str,
    name: str,
    form: msgspec.Struct | dict[str, str] | None,
    *,
    token: str = "",
    tls: ssl.SSLContext | None = None,
) -> bytes:
    body = encode(form) if form is not None else None
    status, answer = await asyncio.to_thread(_exchange, url, method, name, body, token, tls)
    if status < 300:
        return answer
    try:
        failure = decoding.decoded(Failure, answer)
    except msgspec.DecodeError:
        raise errors.from_status(status) from None
    raise errors.from_failure(failure)


def _exchange(
    url: str,
    method: str,
    name: str,
    body: bytes | None,
    token: str,
    tls: ssl.SSLContext | None,
) -> tuple[int, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_SECONDS, context=tls)
        if parts.scheme in ("https", "wss")
        else http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
    )
    headers = {"Accept": "application/json"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    path = parts.path.rstrip("/").removesuffix("/ws")
    try:
        connection.request(method, f"{path}/api/{name}", body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(MAX_BODY)
    except http.client.HTTPException as error:
        raise ConnectionError(f"not an HTTP server: {error!r}") from error
    finally:
        connection.close()
