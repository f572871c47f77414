"""One tab, in the words of the person who looks at it."""

from playwright.async_api import Page


class Screen:
    """What somebody does and sees in a tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    async def goes_to(self, path: str) -> None:
        """By the address bar."""
        await self.page.goto(self.url + path)
