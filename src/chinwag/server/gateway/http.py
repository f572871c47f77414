"""The HTTP side: what must work before there is a session, and what operators look at."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, MediaType, Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, JSONBody
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp

import chinwag
from chinwag.protocol import errors, http, limits, version
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.results import Done
from chinwag.server.addresses import is_loopback
from chinwag.server.clock import now_ms
from chinwag.server.gateway import assets, pages
from chinwag.server.gateway.auth import COOKIE_LOCAL, COOKIE_SECURE, Auth
from chinwag.server.gateway.failures import exception_handlers
from chinwag.server.gateway.naming import RequestIds
from chinwag.server.gateway.peers import Peer
from chinwag.server.gateway.secure import SecureHeaders
from chinwag.server.gateway.upgrade import Headers
from chinwag.server.gateway.webclient import WebClient
from chinwag.server.observe import Metrics
from chinwag.server.ports.store import Store
from chinwag.server.services.codes import is_claimed
from chinwag.server.services.entrance import Entrance, Entry

AnyRequest = Request[Any, Any, Any]
SignedIn = Response[http.SignedIn]
Ready = Callable[[], Awaitable[bool]]

_CLEAR = '"cache", "cookies", "storage"'
_YEAR = 365 * 24 * 3600
_READY_SECONDS = 1.5  # a store that takes longer is not there


@dataclass(frozen=True, slots=True)
class Site:
    """What the HTTP side is told. ``public_docs`` shows the API's description to everybody;
    ``metrics_token`` opens the metrics to others than this machine.
    """

    name: str = "chinwag"
    public_url: str = ""
    public_docs: bool = False
    metrics_token: str = ""
    cookie_seconds: int = _YEAR

    @property
    def local(self) -> bool:
        """Whether people reach it at this machine only, as a cluster that is tried out."""
        host = urlsplit(self.public_url).hostname or ""
        return host == "localhost" or is_loopback(host)


class Http:
    """The handlers, and what they need."""

    def __init__(
        self, site: Site, store: Store, entrance: Entrance, auth: Auth, metrics: Metrics,
        ready: Ready, filing: Callable[[ASGIApp, Auth], ASGIApp],
    ) -> None:  # fmt: skip
        self._site = site
        self._store = store
        self._entrance = entrance
        self._auth = auth
        self._metrics = metrics
        self._ready = ready
        self._filing = filing
        self._claimed = False

    def app(self) -> ASGIApp:
        """The ASGI application."""

        def docs_guard(
            connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
        ) -> None:  # not the method itself: routers are copied deeply, with all they hold
            self._docs_guard(connection, handler)

        litestar = _Litestar(
            [*self._api(), *self._operators(), *self._pages()],
            openapi_config=OpenAPIConfig(
                title="chinwag",
                version=chinwag.__version__,
                openapi_router=Router("/api", guards=[docs_guard], route_handlers=[]),
                render_plugins=[JsonRenderPlugin()],
            ),
            exception_handlers=exception_handlers(),
            request_max_body_size=limits.FRAME_BYTES,
            logging_config=None,
        )
        client = assets.load(resources.files(__package__).joinpath("web"))
        peers = self._auth.peers
        whole = self._filing(WebClient(litestar, client), self._auth)
        return RequestIds(SecureHeaders(whole, peers), peers)

    # --- what requests say -------------------------------------------------------------------

    def _peer(self, connection: ASGIConnection[Any, Any, Any, Any]) -> Peer:
        return self._auth.peers.of(connection.scope["client"], _headers(connection))

    def _url(self, request: AnyRequest) -> str:
        return self._site.public_url or f"http://{_headers(request).one('host') or 'localhost'}"

    async def _entry(self, request: AnyRequest) -> Entry:
        """Check that the request may change something, and say where it comes from."""
        headers = _headers(request)
        kind = (headers.one("content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise ChinwagError(errors.MALFORMED, text="The body must be application/json.")
        self._auth.check_origin(headers)
        try:
            holder = await self._auth.identify(headers)
        except ChinwagError:
            holder = None
        return Entry(self._peer(request).address, holder)

    def _docs_guard(
        self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        if not (self._site.public_docs or self._peer(connection).loopback):
            raise ChinwagError(errors.NOT_FOUND)

    def _metrics_guard(
        self, connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler
    ) -> None:
        given = (_headers(connection).one("authorization") or "").encode()
        wanted = f"Bearer {self._site.metrics_token}".encode()
        known = bool(self._site.metrics_token) and hmac.compare_digest(given, wanted)
        if not (known or self._peer(connection).loopback):
            raise ChinwagError(errors.NOT_FOUND)

    # --- the API -----------------------------------------------------------------------------

    def _api(self) -> Sequence[BaseRouteHandler]:
        @post("/api/sign-up", status_code=201)
        async def sign_up(
            request: AnyRequest, data: JSONBody[http.SignUp]
        ) -> Response[http.SignedIn]:
            """Make an account, and be signed in."""
            entry = await self._entry(request)
            return self._signed_in(request, await self._entrance.sign_up(data, entry), 201)

        @post("/api/sign-in", status_code=200)
        async def sign_in(
            request: AnyRequest, data: JSONBody[http.SignIn]
        ) -> Response[http.SignedIn]:
            """Sign in as a new device."""
            entry = await self._entry(request)
            return self._signed_in(request, await self._entrance.sign_in(data, entry), 200)

        @post("/api/sign-out", status_code=200)
        async def sign_out(request: AnyRequest) -> Response[Done]:
            """Sign this device out. Its token is void, and its socket is closed."""
            entry = await self._entry(request)
            if entry.holder is None:
                raise ChinwagError(errors.UNAUTHENTICATED)
            await self._entrance.sign_out(entry.holder)
            answer = Response(Done(), headers={"clear-site-data": _CLEAR})
            cookie = self._cookie(request, "")
            if cookie is not None:
                cookie.max_age = 0
                answer.set_cookie(cookie)
            return answer

        @get("/api/session")
        async def session(request: AnyRequest) -> http.Session:
            """Who is signed in here, if anybody is: that nobody is, is no failure to ask."""
            try:
                holder = await self._auth.identify(_headers(request))
            except ChinwagError as error:
                if error.kind is not errors.UNAUTHENTICATED:
                    raise
                return http.Session()
            return http.Session(user=holder.user, device=holder.device)

        @get("/api/server")
        async def server() -> http.Server:
            """What one may know of the server before signing in."""
            if not self._claimed:
                self._claimed = await self._store.read(is_claimed)
            return http.Server(
                name=self._site.name,
                version=chinwag.__version__,
                protocol=version.PROTOCOL,
                features=version.FEATURES,
                sign_up=self._entrance.policy.sign_up,
                claimed=self._claimed,
                now=now_ms(),
            )

        @get("/api/address")
        async def address(request: AnyRequest) -> http.Address:
            """Where the server takes a request to come from: to see whether proxies in front are
            set up well.
            """
            client, headers = request.scope["client"], _headers(request)
            forwarding = self._auth.peers.forwarding(client, headers)
            return http.Address(self._peer(request).address, forwarding)

        return [sign_up, sign_in, sign_out, session, server, address]

    def _signed_in(self, request: AnyRequest, who: http.SignedIn, status: int) -> SignedIn:
        answer = Response(who, status_code=status)
        cookie = self._cookie(request, who.token)
        if cookie is not None:
            answer.set_cookie(cookie)
        return answer

    def _cookie(self, request: AnyRequest, token: str) -> Cookie | None:
        """The session cookie. None where a browser could not keep it safe: without TLS it is
        given to this machine only.
        """
        peer = self._peer(request)
        if not (peer.secure or peer.loopback or self._site.local):
            return None
        return Cookie(
            key=COOKIE_SECURE if peer.secure else COOKIE_LOCAL,
            value=token,
            path="/",
            max_age=self._site.cookie_seconds,
            httponly=True,
            secure=peer.secure,
            samesite="lax",
        )

    # --- for operators -----------------------------------------------------------------------

    def _operators(self) -> Sequence[BaseRouteHandler]:
        @get("/healthz", media_type=MediaType.TEXT, include_in_schema=False)
        async def healthz() -> str:
            return "ok\n"

        @get("/readyz", media_type=MediaType.TEXT, include_in_schema=False)
        async def readyz() -> Response[str]:
            """404 keeps new people away, and not those who are here: load balancers can be told
            so (HAProxy's ``disable-on-404``), while 503 would have all sockets cut.
            """
            try:
                async with asyncio.timeout(_READY_SECONDS):
                    ready = await self._ready()
            except (ChinwagError, TimeoutError):
                ready = False
            if ready:
                return Response("ready\n")
            return Response("not ready\n", status_code=404)

        @get("/metrics", guards=[self._metrics_guard], include_in_schema=False)
        async def metrics() -> Response[bytes]:
            kind = {"content-type": Metrics.content_type}
            return Response(self._metrics.page(), headers=kind, media_type="")

        return [healthz, readyz, metrics]

    # --- pages, as long as there is no web client --------------------------------------------

    def _pages(self) -> Sequence[BaseRouteHandler]:
        @get("/", media_type=MediaType.HTML, include_in_schema=False)
        async def home(request: AnyRequest) -> bytes:
            return pages.home(self._site.name, self._url(request))

        @get("/claim/{code:str}", media_type=MediaType.HTML, include_in_schema=False)
        async def claim(request: AnyRequest, code: FromPath[str]) -> bytes:
            return pages.claim(self._site.name, self._url(request), _checked(code))

        @get("/invite/{code:str}", media_type=MediaType.HTML, include_in_schema=False)
        async def invite(request: AnyRequest, code: FromPath[str]) -> bytes:
            return pages.invite(self._site.name, self._url(request), _checked(code))

        @get("/join/{code:str}", media_type=MediaType.HTML, include_in_schema=False)
        async def join(request: AnyRequest, code: FromPath[str]) -> bytes:
            return pages.join(self._site.name, self._url(request), _checked(code))

        @get("/docs", guards=[self._docs_guard], media_type=MediaType.HTML, include_in_schema=False)
        async def docs(request: AnyRequest) -> bytes:
            return pages.docs(self._site.name, self._url(request))

        @get("/page.css", media_type=MediaType.CSS, include_in_schema=False)
        async def style() -> Response[bytes]:
            keep = {"cache-control": "public, max-age=3600"}
            return Response(pages.STYLE, media_type=MediaType.CSS, headers=keep)

        return [home, claim, invite, join, docs, style]


class _Litestar(Litestar):
    """Litestar without its pydantic and attrs plugins: we have structs only, and importing
    pydantic for nothing takes 24 MB and a third of a second.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def _headers(connection: ASGIConnection[Any, Any, Any, Any]) -> Headers:
    return Headers(connection.scope["headers"])


def _checked(code: str) -> str:
    if not pages.is_code(code):
        raise ChinwagError(errors.NOT_FOUND)
    return code
