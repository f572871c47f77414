"""Where a story plays: one server, one browser, and the people who use them."""

import asyncio
import itertools
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, WebSocket, expect

from chinwag.protocol.http import SignedIn, SignUp
from chinwag.sdk import Client
from chinwag.sdk.accounts import sign_up
from flows.servers import Server
from web.browser import Complaints
from web.screen import Screen

PATIENCE_MS = 10_000
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# The page before and after every step, in the traces: costs a tenth of all that the browser does.
_SNAPSHOTS = bool(os.environ.get("CHINWAG_TEST_SNAPSHOTS"))
_numbers = itertools.count(1)

expect.set_options(timeout=PATIENCE_MS)


class Device:
    """A browser of somebody's: cookies, local data and tabs of its own."""

    def __init__(self, stage: "Stage", context: BrowserContext, name: str) -> None:
        self.stage = stage
        self.context = context
        self.name = name
        self.complaints = Complaints()

    async def tab(self, path: str = "/") -> Screen:
        """A further tab."""
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        screen = Screen(self, page)
        await screen.goes_to(path)
        return screen

    async def blank(self) -> Page:
        """A tab with nothing in it."""
        return await self.context.new_page()

    def count_sockets(self) -> list[WebSocket]:
        """The sockets that its tabs open from now on."""
        opened: list[WebSocket] = []

        def note(socket: WebSocket) -> None:  # a built-in method would not do here
            opened.append(socket)

        self.context.on("page", lambda page: page.on("websocket", note))
        return opened

    async def enter(self, handle: str, password: str) -> None:
        """Sign in without the form: it has a story of its own."""
        url = self.stage.server.url
        answer = await self.context.request.post(
            f"{url}/api/sign-in",
            data={"handle": handle, "password": password, "device": self.name},
            headers={"Origin": url},
        )
        assert answer.ok, await answer.text()

    async def goes_offline(self) -> None:
        """The network is gone."""
        self.complaints.expect_outage()
        await self.context.set_offline(True)

    async def comes_online(self) -> None:
        """It is back."""
        await self.context.set_offline(False)


class Someone:
    """A person with an account."""

    def __init__(self, stage: "Stage", signed_in: SignedIn, password: str) -> None:
        self.stage = stage
        self.id = signed_in.user.id
        self.handle = signed_in.user.handle
        self.name = signed_in.user.name
        self.password = password
        self.token = signed_in.token

    async def device(self, name: str = "", **context: Any) -> Device:
        """A browser that is signed in."""
        device = await self.stage.device(name or f"{self.name}’s browser", **context)
        await device.enter(self.handle, self.password)
        return device

    async def comes(self, path: str = "/", **context: Any) -> Screen:
        """Sits down at a signed-in browser."""
        return await (await self.device(**context)).tab(path)

    @asynccontextmanager
    async def on_phone(self) -> AsyncIterator[Client]:
        """A device without a browser, while it is online. It reads nothing by itself."""
        async with Client(self.stage.server.url, token=self.token) as phone:
            await phone.wait_online()
            yield phone

    async def direct(self, other: "Someone") -> str:
        """The one-to-one chat with somebody."""
        async with self.on_phone() as phone:
            return (await phone.open_direct(other.id)).chat

    async def group(self, title: str, *others: "Someone", **how: Any) -> str:
        """A new group."""
        async with self.on_phone() as phone:
            return (await phone.groups.create(title, [it.id for it in others], **how)).chat

    async def says(self, chat: str, *texts: str, **how: Any) -> list[int]:
        """Sends by phone; where it stands in the log."""
        async with self.on_phone() as phone:
            sent = [await phone.send(chat, text, **how) for text in texts]
            return [(await it.accepted()).seq for it in sent]


class Stage:
    """See the module."""

    def __init__(self, browser: Browser, server: Server, folder: Path) -> None:
        self.browser = browser
        self.server = server
        self._folder = folder
        self._devices: list[Device] = []

    async def person(self, name: str) -> Someone:
        """Somebody new, with an account and nothing else."""
        plain = re.sub("[^a-z0-9]", "", name.lower())[:12] or "p"
        handle = f"{plain}.{os.getpid()}.{next(_numbers)}"
        password = f"correct horse {handle}"
        form = SignUp(handle=handle, name=name, password=password)
        return Someone(self, await sign_up(self.server.url, form), password)

    async def people(self, *names: str) -> list[Someone]:
        """Some of them."""
        return list(await asyncio.gather(*(self.person(name) for name in names)))

    async def device(self, name: str = "a browser", init: str = "", **context: Any) -> Device:
        """A browser that nobody is signed in on. ``init``: a script of all its pages."""
        options: dict[str, Any] = {"viewport": DESKTOP, "locale": "en-GB"} | context
        made = Device(self, await self.browser.new_context(**options), name)
        await made.complaints.listen(made.context)
        if init:
            await made.context.add_init_script(init)
        await made.context.tracing.start(snapshots=_SNAPSHOTS, screenshots=False, sources=False)
        self._devices.append(made)
        return made

    async def clear(self, *, failed: bool) -> list[str]:
        """Everybody goes; what there is to complain about. Of a failure, traces are kept."""
        complaints = []
        for number, device in enumerate(self._devices):
            left = device.complaints.left()
            complaints += [f"{device.name}: {line}" for line in left]
            await self._keep(device, f"{number}-{device.name}", keep=failed or bool(left))
            await device.context.close()
        return complaints

    async def _keep(self, device: Device, name: str, *, keep: bool) -> None:
        if not keep:
            await device.context.tracing.stop()
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        await device.context.tracing.stop(path=self._folder / f"{name}.zip")
        for number, page in enumerate(device.context.pages):
            await page.screenshot(path=self._folder / f"{name}-{number}.png")
            said = await page.locator("body").aria_snapshot()
            (self._folder / f"{name}-{number}.txt").write_text(f"{page.url}\n{said}\n")
