"""Where a story plays: one server, one browser, and the people who use them."""

import asyncio
import itertools
import os
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, expect

from chinwag.sdk import Client
from flows.cast import Person
from flows.servers import Server
from web.browser import Complaints
from web.screen import Screen

PATIENCE_MS = 10_000
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
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
        screen = Screen(page, self.stage.server.url)
        await screen.goes_to(path)
        return screen

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
    """A person with an account, and the devices they use. ``phone`` is a device in Python."""

    def __init__(self, stage: "Stage", name: str, account: Person) -> None:
        self.stage = stage
        self.name = name
        self.account = account

    @property
    def phone(self) -> Client:
        """A device without a browser, not connected until `start` is called."""
        return self.account.phone

    async def device(self, name: str = "", **context: Any) -> Device:
        """A browser that is signed in."""
        device = await self.stage.device(name or f"{self.name}’s browser", **context)
        await device.enter(self.account.handle, self.account.password)
        return device

    async def comes(self, path: str = "/", **context: Any) -> Screen:
        """Sits down at a signed-in browser."""
        return await (await self.device(**context)).tab(path)


class Stage:
    """See the module."""

    def __init__(self, browser: Browser, server: Server, folder: Path) -> None:
        self.browser = browser
        self.server = server
        self._folder = folder
        self._devices: list[Device] = []
        self._people: list[Person] = []

    async def person(self, name: str) -> Someone:
        """Somebody new, with an account and nothing else."""
        handle = (
            f"{''.join(filter(str.isascii, name.lower())) or 'p'}.{os.getpid()}.{next(_numbers)}"
        )
        password = f"correct horse {handle}"
        client = await Client.sign_up(self.server.url, handle, name, password)
        account = Person(client, handle, password)
        self._people.append(account)
        return Someone(self, name, account)

    async def people(self, *names: str) -> list[Someone]:
        """Some of them."""
        return list(await asyncio.gather(*(self.person(name) for name in names)))

    async def device(self, name: str = "a browser", **context: Any) -> Device:
        """A browser that nobody is signed in on."""
        options: dict[str, Any] = {"viewport": DESKTOP, "locale": "en-GB"} | context
        made = Device(self, await self.browser.new_context(**options), name)
        await made.complaints.listen(made.context)
        await made.context.tracing.start(snapshots=True, screenshots=False, sources=False)
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
        await asyncio.gather(*(person.close() for person in self._people))
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
