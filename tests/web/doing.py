"""What every part of a screen is made with."""

import re

from playwright.async_api import Locator, Page, expect


class Doing:
    """Somebody in front of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def presses(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """A button or a link, by its name."""
        where = within or self.page
        button = where.get_by_role("button", name=name, exact=True)
        await button.or_(where.get_by_role("link", name=name, exact=True)).first.click()

    async def chooses(self, name: str) -> None:
        """An entry of the open menu."""
        await self.page.get_by_role("menuitem", name=name, exact=True).click()

    async def confirms(self, verb: str) -> None:
        """Yes, in the dialog that asks."""
        await self.presses(verb, self.page.get_by_role("alertdialog"))

    async def fills(self, field: str, text: str) -> None:
        """A field of a form, by its label."""
        await self.page.get_by_label(field, exact=True).fill(text)

    async def sees_line(self, text: str | re.Pattern[str]) -> None:
        """A line or a word anywhere."""
        await expect(self.page.get_by_text(text, exact=True).first).to_be_visible()
