"""The browser that is measured, with a profile of its own: each start is a first one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from bench.server import free_port

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PROBE = Path(__file__).with_name("probe.js")
COOKIE = "chinwag"
"""Of a server without TLS."""


def executable() -> str:
    """`CHROMIUM`, or one of the usual names."""
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise SystemExit("There is no Chromium: install one, or name it in CHROMIUM.")


class Browser:
    """A browser whose person is signed in."""

    def __init__(self, context: BrowserContext, url: str, debugging: int) -> None:
        self.context = context
        self.url = url
        self.debugging = debugging
        """The port of its debugging protocol."""

    def open(self, path: str = "/") -> Page:
        """A tab in front."""
        page = self.context.new_page()
        page.goto(self.url + path, wait_until="commit")
        return page

    def session(self, page: Page) -> CDPSession:
        """The debugging protocol of a tab."""
        return self.context.new_cdp_session(page)

    def carried(self, page: Page) -> dict[str, int]:
        """Bytes over the wire by kind (Script, Font …), as they come."""
        carried: dict[str, int] = {}
        kinds: dict[str, str] = {}
        session = self.session(page)

        def answered(event: Any) -> None:
            kinds[event["requestId"]] = event["type"]

        def finished(event: Any) -> None:
            kind = kinds.get(event["requestId"], "Other")
            carried[kind] = carried.get(kind, 0) + event["encodedDataLength"]

        session.on("Network.responseReceived", answered)
        session.on("Network.loadingFinished", finished)
        session.send("Network.enable")
        return carried

    def heap(self, page: Page) -> float:
        """MiB of live objects."""
        session = self.session(page)
        session.send("HeapProfiler.enable")
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20

    @property
    def version(self) -> str:
        """Its version."""
        return self.context.browser.version if self.context.browser else "Chromium"


@contextmanager
def browsing(folder: Path, url: str, token: str, **options: Any) -> Iterator[Browser]:
    """A browser on a fresh profile in ``folder``."""
    debugging = free_port()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder,
            executable_path=executable(),
            viewport={"width": 1440, "height": 900},
            args=[
                "--no-sandbox",
                "--disable-dev-shm-usage",
                f"--remote-debugging-port={debugging}",
                "--enable-precise-memory-info",
            ],
            **options,
        )
        context.add_cookies([{"name": COOKIE, "value": token, "url": url, "httpOnly": True}])
        context.add_init_script(_PROBE.read_text("utf-8"))
        yield Browser(context, url, debugging)
        context.close()
