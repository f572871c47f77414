"""One tab, in the words of the person who looks at it: by roles and names, as a screen reader has
them. Whatever is not there yet is waited for.
"""

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING

from playwright.async_api import Page, expect

from flows.cast import eventually
from web.entrance import Entrance
from web.groups import Groups
from web.reading import Reading
from web.sending import Sending

if TYPE_CHECKING:
    from web.stage import Device


class Screen(Reading, Groups, Entrance, Sending):
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

    async def breaks_local_store(self, how: str) -> None:
        """What the page keeps on this device is damaged, while no tab has it open."""
        await self.goes_to("/api/server")
        await self.page.evaluate(_DAMAGE, how)

    # --- the network -----------------------------------------------------------------------------

    async def is_kept(self) -> None:
        """The page would open without a network from now on."""
        # Not by a promise: whatever it resolves to, the wait would be over at once.
        await self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    async def sees_trouble(self) -> None:
        """The quiet line says that there is no connection."""
        await expect(self.page.get_by_text(_TROUBLE).first).to_be_visible()

    async def sees_no_trouble(self) -> None:
        """It says nothing any more."""
        everywhere = self.page.get_by_text(_TROUBLE)
        told = self.page.get_by_role("log").get_by_text(_TROUBLE)  # keeps what it has said
        await eventually(lambda: _equal(everywhere.count(), told.count()))


async def _equal(one: Awaitable[int], other: Awaitable[int]) -> bool:
    return await one == await other


# garbage: every record is something else. newer: of a version that is still to come. empty: there
# is nothing in it, not even a place for anything.
_DAMAGE = """async (how) => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name, version } of await indexedDB.databases()) {
    const opening = indexedDB.open(name, version + (how === 'garbage' ? 0 : 1));
    opening.onupgradeneeded = () => {
      if (how === 'empty')
        for (const store of [...opening.result.objectStoreNames])
          opening.result.deleteObjectStore(store);
    };
    const database = await done(opening);
    for (const store of how === 'garbage' ? database.objectStoreNames : []) {
      const records = database.transaction(store, 'readwrite').objectStore(store);
      const keys = await done(records.getAllKeys());
      for (const key of keys) {
        const found = await done(records.get(key));
        const broken = { damaged: true };
        for (const part of [records.keyPath].flat())
          if (part) broken[part] = found[part];
        await done(records.keyPath ? records.put(broken) : records.put(broken, key));
      }
    }
    database.close();
  }
}"""
_TROUBLE = re.compile("Waiting for network|No connection|Connecting|Updating")
