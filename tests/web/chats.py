"""The list of chats."""

import re

from playwright.async_api import Locator, expect

from web.doing import Doing

_ANY = re.compile("")


class Chats(Doing):
    """What somebody does with the list."""

    @property
    def list(self) -> Locator:
        """The list."""
        return self.page.get_by_role("list", name="Chats", exact=True)

    def row(self, chat: str) -> Locator:
        """A chat in it."""
        title = self.page.get_by_text(chat, exact=True)
        return self.list.get_by_role("listitem").filter(has=title)

    async def opens(self, chat: str) -> None:
        """A chat, from the list."""
        await self.row(chat).get_by_role("link").click()
        await self.is_in(chat)

    async def is_in(self, chat: str) -> None:
        """The conversation is open."""
        await expect(self.header(chat)).to_be_visible()

    def header(self, chat: str | re.Pattern[str] = _ANY) -> Locator:
        """The name over the conversation, which leads to the details."""
        title = self.page.get_by_role("heading", name=chat, level=1, exact=True)
        menu = self.page.get_by_role("button", name="Menu", exact=True)
        return self.page.get_by_role("main").locator("header").filter(has=title).filter(has=menu)

    async def finds(self, handle: str, name: str) -> None:
        """Somebody by handle, and opens the chat with them."""
        await self.presses("New chat")
        await self.page.get_by_role("searchbox", name="Name, or a whole handle").fill(handle)
        people = self.page.get_by_role("list", name="People", exact=True)
        await people.get_by_role("button").filter(has_text=name).click()
        await self.is_in(name)

    async def searches(self, text: str) -> None:
        """Types into the search field of the list."""
        await self.page.get_by_role("searchbox", name="Search chats and people").fill(text)

    async def opens_list_menu(self) -> None:
        """What else there is."""
        await self.presses("More", self.page.get_by_role("region", name="Chats").first)
        await expect(self.page.get_by_role("menu")).to_be_visible()

    async def opens_row_menu(self) -> None:
        """What can be done with the first chat."""
        row = self.list.get_by_role("listitem").first
        await row.hover()
        await row.get_by_role("button", name=re.compile("^Options for")).click()
        await expect(self.page.get_by_role("menu")).to_be_visible()

    async def sees_unread(self, chat: str, number: int) -> None:
        """So many unread in a row; none for 0."""
        row, words = self.row(chat), re.compile(r"\d+ unread message")
        await expect(row).to_be_visible()
        if not number:
            await expect(row.get_by_text(words)).to_have_count(0)
            return
        plural = "" if number == 1 else "s"
        await expect(row.get_by_text(f"{number} unread message{plural}")).to_have_count(1)

    async def sees_in_list(self, chat: str, text: str) -> None:
        """What was said last, in a row."""
        await expect(self.row(chat)).to_contain_text(text)

    async def sees_mark(self, chat: str, words: str) -> None:
        """A mark in a row, by what a screen reader says of it."""
        await expect(self.row(chat).get_by_text(words, exact=True)).to_have_count(1)

    async def sees_empty_list(self) -> None:
        """There are no chats yet."""
        await self.sees_line("Nobody here yet")

    async def does_not_show_list(self) -> None:
        """There is room for one column only, and it is another."""
        await expect(self.list).not_to_be_visible()
