"""Push messages on their way, over HTTPS. Where they go is chosen by whoever subscribes: so the
address is judged at the moment of connecting, when no name can mean another one any more.
"""

import email.utils
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from chinwag.server.adapters.push import base64url
from chinwag.server.adapters.push.encryption import encrypt
from chinwag.server.adapters.push.vapid import Signer
from chinwag.server.addresses import is_loopback, is_public
from chinwag.server.ports.push import Alert, Fate, Keys, Reply, Target

_TIMEOUT = aiohttp.ClientTimeout(total=10, sock_connect=5)
_CONNECTIONS = 32
_PORT = 443
_LONGEST_PAUSE = 3600.0
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 425, 429})


class _ForbiddenError(OSError):
    """The endpoint is at an address that nobody may send the server to."""

    def __init__(self) -> None:
        # Always the same words: of several addresses that failed, a like error is kept as it is.
        super().__init__("forbidden address")


class Sender:
    """One pool of connections to all push services; see `WebPush` for the arguments."""

    def __init__(self, keys: Keys, contact: str, loopback: bool) -> None:
        self._signer = Signer(keys, contact)
        self._loopback = loopback
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=_CONNECTIONS, ttl_dns_cache=60, socket_factory=self._open
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_TIMEOUT,
            auto_decompress=False,
            raise_for_status=False,
        )

    async def send(self, target: Target, alert: Alert) -> Reply:
        """See `PushService.send`. Nothing of the answer is read but status and headers."""
        url = urlsplit(target.endpoint)
        try:
            headers = {
                "Authorization": self._signer.header(f"{url.scheme}://{url.netloc}"),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(alert.seconds),
                "Topic": alert.topic,
                "Urgency": alert.urgency,
            }
            key, auth = base64url.decode(target.key), base64url.decode(target.auth)
            body = encrypt(alert.payload, key, auth)
        except ValueError:
            return Reply(Fate.GONE, "unusable keys")
        try:
            async with self._session.post(
                target.endpoint, data=body, headers=headers, allow_redirects=False
            ) as answer:
                return _judged(answer)
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, _ForbiddenError):
                return Reply(Fate.GONE, f"{url.hostname} is at a forbidden address")
            return Reply(Fate.FAILED, f"{url.hostname}: no connection")
        except aiohttp.InvalidURL:
            return Reply(Fate.GONE, "no URL")
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            return Reply(Fate.FAILED, f"{url.hostname}: {type(error).__name__}")

    async def close(self) -> None:
        """Let go of all connections."""
        await self._session.close()

    def _open(self, address: tuple[Any, ...]) -> socket.socket:
        """A socket for an address that `getaddrinfo` gave, or that stood in the URL itself."""
        family, kind, protocol, _, (host, port, *_) = address
        public = is_public(host) and port == _PORT
        if not (public or (self._loopback and is_loopback(host))):
            raise _ForbiddenError
        return socket.socket(family, kind, protocol)


def _judged(answer: aiohttp.ClientResponse) -> Reply:
    status = answer.status
    reason = f"{answer.url.host}: {status}"
    if 200 <= status < 300:
        return Reply(Fate.TAKEN)
    if status in _GONE:
        return Reply(Fate.GONE, reason)
    if status >= 500 or status in _LATER:
        return Reply(Fate.FAILED, reason, _pause(answer.headers.get("Retry-After", "")))
    return Reply(Fate.REFUSED, reason)


def _pause(text: str) -> int:
    """``Retry-After`` in ms: so many seconds, or a date (RFC 9110). What is absurd counts less."""
    seconds = 0.0
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    elif text:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (ValueError, OverflowError):
            seconds = 0.0
    return int(max(0.0, min(seconds, _LONGEST_PAUSE)) * 1000)
