"""A server's accounts side, made of the real parts on a folder of its own, for tests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn

from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.http import SignedIn, SignIn, SignUp
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.app import App
from chinwag.server.config import Settings, load
from chinwag.server.delivery.revisions import Revisions
from chinwag.server.gateway.oneport import one_port
from chinwag.server.services.bots import Bots
from chinwag.server.services.devices import Devices, Lifetimes
from chinwag.server.services.entrance import Entrance, Entry, Policy
from chinwag.server.services.passwords import Passwords
from chinwag.server.services.people import People
from chinwag.server.services.profiles import Profiles
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

PASSWORD = "lodestar-kiln-7"


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[ChinwagError]]:
    """What is inside fails with this error of the catalogue."""
    with pytest.raises(ChinwagError) as caught:
        yield caught
    assert caught.value.kind.code == code


def fast_passwords(**changed: Any) -> Passwords:
    """Hashes that cost next to nothing."""
    return Passwords(**{"memory_kib": 64, "passes": 1} | changed)


async def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Wait for something that happens soon."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.01)


class Line:
    """A socket's end that keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.code = 0

    def send(self, frame: bytes) -> None:
        self.sent.append(frame)

    def close(self, code: int, reason: str = "") -> None:
        self.code = code

    def pushed(self) -> str:
        """All that was pushed, as text."""
        return "\n".join(frame.decode(errors="replace") for frame in self.sent)


class House:
    """The parts of the accounts side."""

    def __init__(
        self,
        folder: Path,
        policy: Policy | None = None,
        lifetimes: Lifetimes | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        meters = LocalMeters()
        self.store = SqliteStore(folder / "chinwag.db")
        self.sessions = Sessions(LocalRegistry())
        self.profiles = Profiles(self.store, self.sessions)
        self.devices = Devices(self.store, self.sessions, lifetimes)
        self.revisions = Revisions(self.store, {"operator": lambda _: self.devices.recheck()})
        self.passwords = passwords or fast_passwords()
        self.entrance = Entrance(
            self.store, self.devices, self.passwords, meters, policy or Policy(sign_up="open")
        )
        self.people = People(self.store, self.sessions, self.profiles, meters)
        self.bots = Bots(self.store, self.devices, self.profiles, most=2)

    async def sign_up(self, handle: str, address: str = "192.0.2.1", **more: Any) -> SignedIn:
        body = SignUp(handle=handle, name=handle.title(), password=PASSWORD, **more)
        return await self.entrance.sign_up(body, Entry(address))

    async def sign_in(
        self, handle: str, password: str = PASSWORD, address: str = "192.0.2.1"
    ) -> SignedIn:
        return await self.entrance.sign_in(SignIn(handle, password), Entry(address))

    async def session(self, who: SignedIn) -> Session:
        """A live session of the device, whose wire is a `Line`."""
        session = Session(who.user.id, who.device, Line())
        await self.sessions.enter(session)
        return session

    async def direct(self, one: str, other: str, count: int = 1) -> str:
        """A one-to-one chat of two accounts, with something in it."""
        chat = f"chat-{one[-6:]}-{other[-6:]}"

        async def work(tx: Any) -> None:
            await tx.execute(
                "INSERT INTO chats (id, kind, pair, count) VALUES ($1, 'direct', $2, $3)",
                chat,
                ":".join(sorted((one, other))),
                count,
            )
            for user in (one, other):
                await tx.execute("INSERT INTO members (chat, account) VALUES ($1, $2)", chat, user)

        await self.store.transact(work)
        return chat


@asynccontextmanager
async def housed(folder: Path, **parts: Any) -> AsyncIterator[House]:
    """A `House`, open."""
    house = House(folder, **parts)
    await house.store.open(lambda batch: None)
    try:
        yield house
    finally:
        house.passwords.close()
        await house.store.close()


class Site:
    """A whole server on a free port, and how to talk to it."""

    def __init__(self, app: App, port: int, client: aiohttp.ClientSession) -> None:
        self.app = app
        self.client = client
        self.url = f"http://127.0.0.1:{port}"

    async def ask(
        self, method: str, path: str, *, origin: str | None = None, **request: Any
    ) -> tuple[int, Any, Any]:
        """Status, body (from JSON where it is that) and headers of an answer."""
        headers = dict(request.pop("headers", {}))
        if origin is not None:
            headers["Origin"] = origin
        async with self.client.request(
            method, self.url + path, headers=headers, allow_redirects=False, **request
        ) as answer:
            is_json = "json" in answer.content_type
            body = await answer.json(content_type=None) if is_json else await answer.text()
            return answer.status, body, answer.headers

    async def sign_up(self, handle: str, **more: Any) -> dict[str, Any]:
        body = {"handle": handle, "name": handle.title(), "password": PASSWORD} | more
        status, answer, _ = await self.ask("POST", "/api/sign-up", json=body)
        assert status == 201, answer
        return dict(answer)


@asynccontextmanager
async def served(folder: Path, **settings: Any) -> AsyncIterator[Site]:
    """A server with these settings."""
    app = App(a_setting(folder, **settings))
    app.passwords.close()
    app.passwords = app.entrance._passwords = fast_passwords()  # the real ones are slow on purpose
    await app.start()
    server = uvicorn.Server(
        uvicorn.Config(
            app.http.app(),
            host="127.0.0.1",
            port=0,
            http=one_port(admit=app.admit),
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            yield Site(app, port, client)
    finally:
        server.should_exit = True
        await task
        await app.stop()


def a_setting(folder: Path, **settings: Any) -> Settings:
    """Settings for a test."""
    return load({"data": str(folder), "sign_up": "open"} | settings, environment={})
