"""Who may open a socket: path, version, origin, rate and token are judged before the upgrade."""

from dataclasses import dataclass

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.frames import encode
from chinwag.protocol.version import SUBPROTOCOL
from chinwag.server.gateway import naming
from chinwag.server.gateway.peers import Origins, Peers
from chinwag.server.gateway.upgrade import Headers, Refused, UpgradeRequest
from chinwag.server.observe import log
from chinwag.server.ports.meters import Meters, Rate
from chinwag.server.services.devices import Devices, Identity
from chinwag.server.services.limits import Limit

PATH = "/ws"
COOKIE_SECURE = "__Host-chinwag"
COOKIE_LOCAL = "chinwag"
# Wide: behind one address may be a whole company, and after a restart all of it comes at once.
HANDSHAKES = Rate(300, 0.1)


@dataclass(frozen=True, slots=True)
class Admitted:
    """Come in. ``name`` is the socket's in the log; ``subprotocol`` goes into the answer if the
    client named one.
    """

    identity: Identity
    name: str
    subprotocol: str | None = None


class Auth:
    """The check at the door, for the socket and for HTTP."""

    def __init__(
        self,
        devices: Devices,
        origins: Origins,
        peers: Peers,
        meters: Meters,
        handshakes: Rate = HANDSHAKES,
    ) -> None:
        self._devices = devices
        self.origins = origins
        self.peers = peers
        self._handshakes = Limit(meters, "handshakes", handshakes)

    async def admit(self, request: UpgradeRequest) -> Admitted | Refused:
        """Who wants a socket, or why there is none: with the error's status, its `Failure` as
        JSON, and ``Retry-After``.
        """
        address = self.peers.of(request.client, request.headers).address
        name = naming.begin(address)
        try:
            subprotocol = await self._check(request, address)
            identity = await self.identify(request.headers)
        except ChinwagError as error:
            log.info("socket.refused", reason=error.kind.code)
            return refusal(error, name)
        return Admitted(identity, name, subprotocol)

    async def _check(self, request: UpgradeRequest, address: str) -> str | None:
        if request.path != PATH:
            raise ChinwagError(errors.NOT_FOUND)
        await self._handshakes.take(address)
        offered = request.headers.listed("sec-websocket-protocol")
        if offered and SUBPROTOCOL not in offered:
            raise ChinwagError(errors.UNSUPPORTED, text=f"The server speaks {SUBPROTOCOL}.")
        self.check_origin(request.headers)
        return SUBPROTOCOL if offered else None

    def check_origin(self, headers: Headers) -> None:
        """Browsers name the page they act for; other programs do not, and have no cookie.

        Raises:
            ChinwagError: forbidden_origin.
        """
        if headers.all("origin"):
            origin = headers.one("origin")
            if origin is None or not self.origins.allows(origin, headers.one("host")):
                raise ChinwagError(errors.FORBIDDEN_ORIGIN)
        elif cookie_token(headers) is not None and bearer_token(headers) is None:
            raise ChinwagError(errors.FORBIDDEN_ORIGIN)

    async def identify(self, headers: Headers) -> Identity:
        """The holder of the request's token. A token in the URL is never looked at.

        Raises:
            ChinwagError: unauthenticated.
        """
        token = bearer_token(headers) or cookie_token(headers)
        if token is None:
            raise ChinwagError(errors.UNAUTHENTICATED)
        return await self._devices.authenticate(token)


def bearer_token(headers: Headers) -> str | None:
    """The token of ``Authorization: Bearer`` (RFC 6750, section 2.1)."""
    scheme, _, token = (headers.one("authorization") or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def cookie_token(headers: Headers) -> str | None:
    """The token of the session cookie. A page cannot set or shadow the ``__Host-`` one."""
    found: dict[str, str] = {}
    for line in headers.all("cookie"):
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            found.setdefault(name, value.strip('"'))
    return found.get(COOKIE_SECURE) or found.get(COOKIE_LOCAL) or None


def refusal(error: ChinwagError, name: str) -> Refused:
    """An error as the HTTP answer to the request of this name."""
    headers = ((naming.HEADER, name), *retry_header(error))
    return Refused(error.kind.status, encode(error.failure()), headers)


def retry_header(error: ChinwagError) -> tuple[tuple[str, str], ...]:
    """``Retry-After`` in whole seconds (RFC 9110, section 10.2.3), if there is a time to wait."""
    if not error.retry_after:
        return ()
    return (("Retry-After", str(-(-error.retry_after // 1000))),)
