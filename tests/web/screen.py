"""One tab, in the words of the person who looks at it: by roles and names, as a screen reader has
them. Whatever is not there yet is waited for.
"""

import re
from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

from web.entrance import Entrance
from web.groups import Groups
from web.reading import Reading

if TYPE_CHECKING:
    from web.stage import Device


class Screen(Reading, Groups, Entrance):
    """What somebody does and sees in a tab."""

    def __init__(self, device: "Device", page: Page) -> None:
        super().__init__(page)
        self.device = device

    async def goes_to(self, path: str) -> None:
        """By the address bar."""
        await self.page.goto(self.device.stage.server.url + path)

    async def reloads(self) -> None:
        """Loads the page again."""
        await self.page.reload()

    async def goes_back(self) -> None:
        """The browser's back button."""
        await self.page.go_back()

    async def rests(self) -> None:
        """Nothing is loading, nothing moves: what is drawn is what stays."""
        await expect(self.page.get_by_text("Loading", exact=True)).to_have_count(0)
        await self.page.wait_for_function(
            "() => document.getAnimations().every((it) => it.playState !== 'running'"
            " || it.effect?.getComputedTiming().iterations === Infinity)"
        )

    # --- the network -----------------------------------------------------------------------------

    async def is_kept(self) -> None:
        """The page would open without a network from now on."""
        await self.page.wait_for_function(
            "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
        )

    async def sees_trouble(self) -> None:
        """The quiet line says that there is no connection."""
        await expect(self.page.get_by_text(_TROUBLE)).to_be_visible()

    async def sees_no_trouble(self) -> None:
        """It says nothing any more."""
        await expect(self.page.get_by_text(_TROUBLE)).to_have_count(0)


_TROUBLE = re.compile("Waiting for network|No connection|Connecting|Updating")
