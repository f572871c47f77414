"""Chromium, and what its pages complain about."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Wherever a page is, it reports what the policy stopped; the console says it as well, but not of
# everything, and not always as an error.
_REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""
OUTAGE = re.compile(
    r"net::ERR_(INTERNET_DISCONNECTED|CONNECTION_\w+|EMPTY_RESPONSE|NETWORK_CHANGED)"
    r"|WebSocket connection to .* failed"
)


def executable() -> str:
    """The browser that is there: `CHROMIUM`, or one of the usual places. None is downloaded."""
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise AssertionError("no Chromium: install one, or name it in CHROMIUM")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests of a worker: its contexts know nothing of each other."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable(),
            # The sandbox needs rights that a container may not give; the pages are our own.
            # The microphone hears beeps, and is given to whoever asks.
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--font-render-hinting=none",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
            ],
        )
        yield browser
        await browser.close()


class Complaints:
    """Errors and warnings of the pages of one context. A story that provokes some says so."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._expected: list[re.Pattern[str]] = []

    async def listen(self, context: BrowserContext) -> None:
        """Hear all that its pages and workers say from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self._heard.append(f"error: {error.error}"))
        context.on("page", lambda page: page.on("crash", self._crashed))
        await context.add_init_script(_REPORT_VIOLATIONS)

    def expect(self, pattern: str | re.Pattern[str]) -> None:
        """Lines in which this is found are part of the story."""
        self._expected.append(re.compile(pattern))

    def expect_outage(self) -> None:
        """The network or the server goes away."""
        self._expected.append(OUTAGE)

    def left(self) -> list[str]:
        """What was heard and not expected."""
        return [line for line in self._heard if not any(it.search(line) for it in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            where = message.location
            self._heard.append(f"{message.type}: {message.text} ({where.get('url', '')})")

    def _crashed(self, page: Page) -> None:
        self._heard.append(f"crashed: {page.url}")
