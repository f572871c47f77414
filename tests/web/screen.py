"""One tab, in the words of the person who looks at it: by roles and names, as a screen reader has
them. Whatever is not there yet is waited for.
"""

import re

from playwright.async_api import Locator, Page, expect

_TICKS = {
    "clock": "Not sent yet",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
    "failed": "Not delivered",
}


class Screen:
    """What somebody does and sees in a tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    async def goes_to(self, path: str) -> None:
        """By the address bar."""
        await self.page.goto(self.url + path)

    async def reloads(self) -> None:
        """Loads the page again."""
        await self.page.reload()

    async def goes_back(self) -> None:
        """The browser's back button."""
        await self.page.go_back()

    async def presses(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """A button, by its name."""
        await (within or self.page).get_by_role("button", name=name, exact=True).click()

    async def chooses(self, name: str) -> None:
        """An entry of the open menu."""
        await self.page.get_by_role("menuitem", name=name, exact=True).click()

    # --- the list --------------------------------------------------------------------------------

    @property
    def list(self) -> Locator:
        """The list of chats."""
        return self.page.get_by_role("list", name="Chats")

    def row(self, chat: str) -> Locator:
        """A chat in it."""
        title = self.page.get_by_text(chat, exact=True)
        return self.list.get_by_role("listitem").filter(has=title)

    async def opens(self, chat: str) -> None:
        """A chat, from the list."""
        await self.row(chat).get_by_role("link").click()
        await expect(self.page.get_by_role("heading", name=chat, exact=True)).to_be_visible()

    async def sees_unread(self, chat: str, number: int) -> None:
        """So many unread in a row of the list; none for 0."""
        row, words = self.row(chat), re.compile(r"\d+ unread message")
        await expect(row).to_be_visible()
        if not number:
            await expect(row.get_by_text(words)).to_have_count(0)
            return
        plural = "" if number == 1 else "s"
        await expect(row.get_by_text(f"{number} unread message{plural}")).to_have_count(1)

    async def sees_in_list(self, chat: str, text: str) -> None:
        """What was said last, in a row of the list."""
        await expect(self.row(chat)).to_contain_text(text)

    # --- the conversation ------------------------------------------------------------------------

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name="Message", exact=True)

    def message(self, text: str) -> Locator:
        """A message on screen, by what it says."""
        return self.page.get_by_role("article").filter(has=self.page.get_by_text(text, exact=True))

    async def types(self, text: str) -> None:
        """Key by key, without sending."""
        await self.composer.press_sequentially(text)

    async def writes(self, *texts: str) -> None:
        """Sends messages."""
        for text in texts:
            await self.composer.fill(text)
            await self.composer.press("Enter")
            await expect(self.message(text)).to_be_visible()

    async def sees(self, *texts: str) -> None:
        """Messages, once each."""
        for text in texts:
            await expect(self.message(text)).to_have_count(1)

    async def sees_not(self, *texts: str) -> None:
        """No such messages."""
        for text in texts:
            await expect(self.message(text)).to_have_count(0)

    async def sees_tick(self, text: str, tick: str) -> None:
        """What became of an own message: clock, sent, delivered, read or failed."""
        mark = self.message(text).get_by_role("img", name=_TICKS[tick], exact=True)
        await expect(mark).to_be_visible()

    async def sees_line(self, text: str) -> None:
        """A line or a word anywhere."""
        await expect(self.page.get_by_text(text, exact=True).first).to_be_visible()
