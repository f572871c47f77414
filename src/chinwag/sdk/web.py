"""The HTTP side of a session, by which the bytes of files go. Loaded with the first of them: the
library for it takes longer to load than all the rest.
"""

import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import msgspec

from chinwag.protocol.errors import ChinwagError, Failure
from chinwag.sdk import decoding, errors

# Nothing for so long: the network is gone. Longer than a server waits before it answers.
SILENCE_SECONDS = 60.0
CONNECT_SECONDS = 10.0
MAX_FAILURE = 64 * 1024


class Web:
    """Requests to the server at ``url`` as the device of ``token``, over few connections."""

    def __init__(self, url: str, token: str, tls: ssl.SSLContext | None) -> None:
        self._base = _base(url)
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENCE_SECONDS
        )
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=tls if tls is not None else True, limit=8),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=timeout,
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            auto_decompress=False,
            read_bufsize=1024 * 1024,
        )

    @contextlib.asynccontextmanager
    async def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer to a request; its body may be read within.

        Raises:
            ChinwagError: the server refused.
            OSError: it is not reachable, or went away in the middle; also for what is done within.
        """
        try:
            async with self._session.request(
                method, self._base + path, headers=headers, data=data, allow_redirects=False
            ) as response:
                if response.status >= 300:
                    raise await _refusal(response)
                yield response
        except aiohttp.ClientError as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()


def _base(url: str) -> str:
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    path = parts.path.rstrip("/").removesuffix("/ws")
    return urlunsplit((scheme, parts.netloc, path, "", ""))


async def _refusal(response: aiohttp.ClientResponse) -> ChinwagError:
    """Why the server would not, from its words, or from the status of somebody in between."""
    body = await response.content.read(MAX_FAILURE)
    try:
        error = errors.from_failure(decoding.decoded(Failure, body))
    except msgspec.DecodeError:
        error = errors.from_status(response.status)
    after = response.headers.get("Retry-After", "")
    if after.isdigit() and not error.retry_after:
        error.retry_after = int(after) * 1000
    return error
